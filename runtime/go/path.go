// path.go: where in a value something is wrong, built from its end.

package bell

import "strconv"

// What a path is cut to, with its dots, and as the C runtime cuts it.
const (
	pathBytes = 128
	pathDots  = "..."
)

// path is where in a value something is wrong, built from its end.
type path struct {
	text  [pathBytes]byte
	start int
	cut   bool
}

func newPath() path {
	return path{start: pathBytes - 1}
}

// put takes as much of the text's end as fits, and no half of a code point.
func (p *path) put(text string) {
	if p.cut {
		return
	}
	room := p.start - len(pathDots)
	leftOut := 0
	if len(text) > room {
		leftOut = len(text) - room
		p.cut = true
	}
	for p.cut && leftOut < len(text) && text[leftOut]&0xC0 == 0x80 {
		leftOut++
	}
	p.start -= len(text) - leftOut
	copy(p.text[p.start:], text[leftOut:])
}

func (p *path) field(name string) {
	p.put(name)
	p.put(".")
}

func (p *path) index(index int) {
	p.put("]")
	p.put(strconv.Itoa(index))
	p.put("[")
}

func (p *path) key(key string) {
	p.put("\"]")
	p.put(key)
	p.put("[\"")
}

func (p *path) close(root string) string {
	p.put(root)
	if p.start < pathBytes-1 && root == "" && p.text[p.start] == '.' {
		p.start++
	}
	text := tame(string(p.text[p.start : pathBytes-1]))
	if p.cut {
		return pathDots + text
	}
	return text
}
