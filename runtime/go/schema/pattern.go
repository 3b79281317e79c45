// pattern.go: does a text hold a match of a compiled pattern? All ways are
// followed at once, a code point at a time: each instruction is looked at no
// more than once for each. It trusts no word to be in bounds.

package schema

import (
	"math"
	"sync"
	"unicode/utf8"
)

// Pattern is a constraint on strings. It matches anywhere in a string, in
// linear time. Its words are the instructions that `bellpull check` compiled;
// they are the same in all languages.
type Pattern struct {
	Text  string // as the schema spells it, for messages
	words []uint32
	room  sync.Pool // of *search
}

// NewPattern returns a Pattern for a text and its instructions.
func NewPattern(text string, words []uint32) *Pattern {
	return &Pattern{Text: text, words: words}
}

// Instructions, and how many words each takes.
const (
	stepMatch  = iota // 1
	stepPoint         // 2: this code point
	stepAny           // 1
	stepClass         // 2 + 2n: n ranges
	stepJump          // 2: target
	stepFork          // 3: two targets
	stepBegin         // 1
	stepEnd           // 1
	stepEdge          // 1
	stepInside        // 1
)

const (
	wordsMax = 8192
	noPoint  = rune(-1) // before the first code point, and behind the last
	// What a code point costs beside the instructions that are entered, and how
	// many words of the pattern cost one more. All languages count alike.
	pointWork = 8
	workWords = 64
)

type search struct {
	words         []uint32
	ready, coming []uint32 // that wait for the next code point
	ways          []uint32
	seen          []uint32 // by place: the round in which it was entered
	round         uint32
	before        rune // the code points around this place of the text
	behind        rune
	matched       bool
	left          int64 // work that may be done
}

func isWord(point rune) bool {
	return point >= '0' && point <= '9' || point >= 'A' && point <= 'Z' ||
		point >= 'a' && point <= 'z' || point == '_'
}

func (s *search) word(at uint32) uint32 {
	if int(at) < len(s.words) {
		return s.words[at]
	}
	return wordsMax // nowhere
}

// passes tells whether an instruction that takes no code point lets the way go
// on.
func (s *search) passes(step uint32) bool {
	switch step {
	case stepBegin:
		return s.before == noPoint
	case stepEnd:
		return s.behind == noPoint
	}
	return (isWord(s.before) != isWord(s.behind)) == (step == stepEdge)
}

// enter follows all ways from a place up to where they need a code point.
func (s *search) enter(start uint32, waiting []uint32) []uint32 {
	s.ways = append(s.ways[:0], start)
	for len(s.ways) > 0 {
		at := s.ways[len(s.ways)-1]
		s.ways = s.ways[:len(s.ways)-1]
		if int(at) >= len(s.words) || s.seen[at] == s.round {
			continue
		}
		s.seen[at] = s.round
		s.left--
		switch step := s.words[at]; step {
		case stepMatch:
			s.matched = true
		case stepPoint, stepAny, stepClass:
			waiting = append(waiting, at)
		case stepJump:
			s.ways = append(s.ways, s.word(at+1))
		case stepFork:
			s.ways = append(s.ways, s.word(at+2), s.word(at+1))
		case stepBegin, stepEnd, stepEdge, stepInside:
			if s.passes(step) {
				s.ways = append(s.ways, at+1)
			}
		}
	}
	return waiting
}

func isInClass(ranges []uint32, point uint32) bool {
	low, high := 0, len(ranges)/2
	for low < high {
		middle := (low + high) / 2
		switch {
		case point < ranges[2*middle]:
			high = middle
		case point > ranges[2*middle+1]:
			low = middle + 1
		default:
			return true
		}
	}
	return false
}

// take gives where the way goes on once it took the code point; false where it
// ends.
func (s *search) take(at uint32, point uint32) (uint32, bool) {
	switch s.words[at] {
	case stepAny:
		return at + 1, true
	case stepPoint:
		return at + 2, s.word(at+1) == point && int(at)+1 < len(s.words)
	}
	ranges := uint64(s.word(at + 1))
	next := uint64(at) + 2 + 2*ranges
	if next > uint64(len(s.words)) {
		return 0, false
	}
	return uint32(next), isInClass(s.words[at+2:next], point)
}

// advance lets all ways that wait take the code point `before`. False where
// all end.
func (s *search) advance() bool {
	s.round++
	s.coming = s.coming[:0]
	for _, at := range s.ready {
		if next, goes := s.take(at, uint32(s.before)); goes {
			s.coming = s.enter(next, s.coming)
		}
	}
	s.ready, s.coming = s.coming, s.ready
	return len(s.ready) > 0 || s.matched
}

// find goes through the text once.
func (s *search) find(text string) bool {
	anchored := s.words[0] == stepBegin
	cost := int64(pointWork + len(s.words)/workWords)
	for {
		size := 0
		s.behind = noPoint
		if text != "" {
			s.behind, size = utf8.DecodeRuneInString(text)
			text = text[size:]
		}
		begins := s.before == noPoint
		goesOn := begins || s.advance()
		s.left -= cost
		if s.left < 0 || !goesOn && anchored {
			return false
		}
		if begins || !anchored {
			s.ready = s.enter(0, s.ready)
		}
		if s.matched || s.behind == noPoint {
			return s.matched
		}
		s.before = s.behind
	}
}

// Match reports whether some part of the text matches. It returns false if the
// words are not valid instructions.
func (p *Pattern) Match(text string) bool {
	found, _ := p.MatchWithin(text, math.MaxInt64)
	return found
}

// MatchWithin is Match with a bound for its work; it returns the work that is
// left. If that is negative there was too much of it, and the result is false.
func (p *Pattern) MatchWithin(text string, work int64) (bool, int64) {
	if len(p.words) == 0 || len(p.words) > wordsMax {
		return false, work
	}
	s, _ := p.room.Get().(*search)
	if s == nil {
		s = &search{words: p.words, seen: make([]uint32, len(p.words))}
	}
	if s.round > 1<<30 {
		clear(s.seen)
		s.round = 0
	}
	s.round++
	s.ready = s.ready[:0]
	s.before = noPoint
	s.matched = false
	s.left = work
	found := s.find(text)
	left := s.left
	p.room.Put(s)
	return found, left
}
