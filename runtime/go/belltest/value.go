// value.go: values as JSON, and JSON as it is compared.

package belltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

func text(value any) json.RawMessage {
	written, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("belltest: Expect: %v", err))
	}
	return written
}

// value is JSON as it is compared: numbers by their digits, whatever the order
// of members.
func value(written []byte) any {
	var read any
	decoder := json.NewDecoder(bytes.NewReader(written))
	decoder.UseNumber()
	if decoder.Decode(&read) != nil {
		return nil
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil
	}
	return read
}
