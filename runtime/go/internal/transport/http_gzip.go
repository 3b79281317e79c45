// http_gzip.go: bodies that were asked for with gzip, inflated within a limit.
// It knows no connection.

package transport

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

// inflate replaces the answer by what it says in short; the words say why it
// cannot.
func (x *Exchange) inflate(asked bool, most int64) string {
	coding := strings.ToLower(strings.Join(x.Said["Content-Encoding"], ", "))
	switch {
	case coding == "" || coding == "identity":
		return ""
	case !asked || coding != "gzip" && coding != "x-gzip":
		return wrongAnswer("it has a Content-Encoding that was not asked for")
	}
	notIt := wrongAnswer("its Content-Encoding is not what it says")
	reader, err := gzip.NewReader(bytes.NewReader(x.Answer))
	if err != nil {
		return notIt
	}
	inflated, err := io.ReadAll(io.LimitReader(reader, most+1))
	switch {
	case int64(len(inflated)) > most:
		return fmt.Sprintf("the server's answer inflates to more than "+
			"inflated_bytes_max (%d)", most)
	case err != nil:
		return notIt
	}
	x.Answer = inflated
	return ""
}
