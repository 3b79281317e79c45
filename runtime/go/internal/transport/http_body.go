// http_body.go: where the body of an HTTP/1.1 answer ends (RFC 9112 6 and 7).
// It keeps nothing, and knows no head and no socket.

package transport

import "math"

const (
	extensionsMax = 256 // bytes of one chunk's
	sizeDigitsMax = 15
	noSize        = "a chunk has no size"
)

type bodyState int

const (
	inSize bodyState = iota
	inExtension
	behindSize // the line feed
	inData
	behindData
	behindDataReturn
	atTrailer // at the beginning of a line
	inTrailer
	behindTrailer
	atTrailerEnd
	behindAll
)

// httpBody counts a body's bytes. What stands beside them in chunks, and says
// nothing to us, is left out.
type httpBody struct {
	chunked bool
	left    int64 // of the body, or of the chunk
	state   bodyState
	digits  int
	beside  int // bytes of the extension, or of the trailer
	most    int // of the trailer
}

// begin tells whether there is one at all. What ends with the line has no
// length of its own.
func (b *httpBody) begin(h *httpHead, isHead bool, most int) (some, open bool) {
	*b = httpBody{chunked: h.chunked, left: h.length, most: most}
	switch {
	case isHead || h.status == 204 || h.status == 304:
		return false, false
	case h.chunked:
		return true, false
	case h.lengths == 0:
		b.left = math.MaxInt64
		return true, true
	}
	return h.length > 0, false
}

// pass walks over the next bytes. It gives how many are the body's, how many of
// them are left at the beginning of all, and whether it ended there.
func (b *httpBody) pass(all []byte) (used, kept int, over bool, wrong string) {
	if !b.chunked {
		used = int(min(b.left, int64(len(all))))
		b.left -= int64(used)
		return used, used, b.left == 0, ""
	}
	for used < len(all) {
		if b.state == inData {
			count := int(min(b.left, int64(len(all)-used)))
			copy(all[kept:], all[used:used+count])
			used, kept = used+count, kept+count
			if b.left -= int64(count); b.left == 0 {
				b.state = behindData
			}
			continue
		}
		letter := all[used]
		shown, wrong := b.step(letter)
		if wrong != "" {
			return used, kept, false, wrong
		}
		used++
		if shown {
			all[kept] = letter
			kept++
		}
		if b.state == behindAll {
			return used, kept, true, ""
		}
	}
	return used, kept, false, ""
}

// step takes a byte beside the data; shown: the reader behind us needs it.
func (b *httpBody) step(letter byte) (shown bool, wrong string) {
	switch b.state {
	case inSize:
		return b.size(letter)
	case inExtension:
		return b.extension(letter)
	case behindSize:
		if letter != '\n' {
			return false, noSize
		}
		b.state = inData
		if b.left == 0 {
			b.state = atTrailer
			b.beside = 0
		}
	case behindData:
		b.state = behindDataReturn
		return true, unless(letter == '\r', "a chunk is longer than its size")
	case behindDataReturn:
		*b = httpBody{chunked: true, most: b.most}
	default:
		return b.trailer(letter)
	}
	return true, unless(letter == '\n', noLineEnd)
}

func unless(good bool, wrong string) string {
	if good {
		return ""
	}
	return wrong
}

// hexOf is a hex digit's value; 16: it is none.
func hexOf(letter byte) int64 {
	switch {
	case isDigit(letter):
		return int64(letter - '0')
	case letter|0x20 >= 'a' && letter|0x20 <= 'f':
		return int64(letter|0x20-'a') + 10
	}
	return 16
}

func (b *httpBody) size(letter byte) (bool, string) {
	value := hexOf(letter)
	switch {
	case value < 16 && b.digits == sizeDigitsMax:
		return false, "a chunk is too large"
	case value < 16:
		b.digits++
		b.left = b.left<<4 | value
		return true, ""
	case b.digits == 0:
		return false, noSize
	case letter == '\r':
		b.state = behindSize
		return true, ""
	case letter == ';' || letter == ' ' || letter == '\t':
		b.state = inExtension
		b.beside = 1
		return false, ""
	}
	return false, noSize
}

func (b *httpBody) extension(letter byte) (bool, string) {
	if letter == '\r' {
		b.state = behindSize
		return true, ""
	}
	b.beside++
	switch {
	case letter == '\n':
		return false, noSize
	case isControl(letter):
		return false, control
	}
	return false, unless(b.beside <= extensionsMax,
		"a line between or behind its chunks is too long")
}

// trailer passes over lines that nobody reads.
func (b *httpBody) trailer(letter byte) (bool, string) {
	b.beside++
	switch {
	case b.beside > b.most:
		return false, "the headers behind its chunks are too long"
	case b.state == behindTrailer:
		b.state = atTrailer
		return false, unless(letter == '\n', noLineEnd)
	case b.state == atTrailerEnd:
		b.state = behindAll
		return true, unless(letter == '\n', noLineEnd)
	case letter == '\r' && b.state == atTrailer:
		b.state = atTrailerEnd
		return true, ""
	case letter == '\r':
		b.state = behindTrailer
		return false, ""
	case letter == '\n':
		return false, noLineEnd
	case isControl(letter):
		return false, control
	}
	b.state = inTrailer
	return false, ""
}
