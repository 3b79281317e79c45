// http_line.go: a connection below net/http that lets through what is clear:
// one copy of each request, and answers that can be read in one way. It knows
// no url and no pool.

package transport

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	informedMax  = 8 // heads with 1xx before an answer
	pieceBytes   = 64 << 10
	statusServer = 500

	switched     = "it has the status 101, which was not asked for"
	informedLong = "it has more than 8 heads with a status below 200"

	patienceLess = time.Second // less than a server says that it waits
)

var (
	errAnswer = errors.New("the answer is refused")
	errWrite  = errors.New("the request may not leave on this line")
)

// How far the answer on a line was read.
type lineStage int

const (
	atRest lineStage = iota // no request was written
	awaiting
	inBody
)

// httpLine is what net/http reads and writes, in plain text: TLS lies below.
// Reading is done by one goroutine, writing by another.
type httpLine struct {
	net.Conn
	raw     net.Conn // the socket below, to look at
	headMax int
	finish  func()      // it is closed
	came    atomic.Bool // something was read, and not looked at

	mu      sync.Mutex
	asked   *Exchange // whose request may be written
	stage   lineStage
	spent   bool // nothing more may be asked on it
	wroteAt time.Time
	until   time.Time // the server waits no longer; zero: it did not say
	request requestCount

	// of the reader alone
	held     []byte // of a head that has not come whole; or to be handed
	handing  bool
	head     httpHead
	body     httpBody
	informed int
}

func newHTTPLine(conn, raw net.Conn, headMax int, finish func()) *httpLine {
	return &httpLine{Conn: conn, raw: raw, headMax: headMax,
		finish: sync.OnceFunc(finish)}
}

// take gives the line to an exchange. A kept one is looked at: the server may
// have ended it, or said something to nobody.
func (l *httpLine) take(x *Exchange, reused bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	late := !l.until.IsZero() && time.Now().After(l.until)
	if reused && (late || l.came.Load() || hasUnread(l.raw)) {
		l.spent = true
	}
	x.taken(l, reused)
	l.asked = x
	l.stage = atRest
	l.informed = 0
	l.request = requestCount{body: len(x.Body)}
}

// ---- Writing ----------------------------------------------------------------

// requestCount tells how much of a request is behind us.
type requestCount struct {
	ends int // letters of the empty line in a row
	body int // bytes of the body that were not written
}

const headEnd = "\r\n\r\n"

func (r *requestCount) add(bytes []byte) {
	for i := 0; r.ends < len(headEnd); i++ {
		if i == len(bytes) {
			return
		}
		switch {
		case bytes[i] == headEnd[r.ends]:
			r.ends++
		case bytes[i] == '\r':
			r.ends = 1
		default:
			r.ends = 0
		}
		if r.ends == len(headEnd) {
			bytes = bytes[i+1:]
		}
	}
	r.body -= len(bytes)
}

func (r *requestCount) whole() bool {
	return r.ends == len(headEnd) && r.body <= 0
}

// mayWrite: what is asked on the line; nil: it was answered before all of it
// left, and nobody reads the rest.
func (l *httpLine) mayWrite(bytes []byte) (x *Exchange, first, good bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked == nil {
		return nil, false, true
	}
	if l.spent && l.stage == atRest {
		return nil, false, false
	}
	first, good = l.asked.leave(l)
	if good {
		l.request.add(bytes)
		if l.stage == atRest {
			l.stage = awaiting
			l.wroteAt = time.Now()
		}
	}
	return l.asked, first, good
}

// Write lets a request leave once, by pieces: an answer that comes before the
// last of them is an early one. Where the line breaks meanwhile an answer may
// lie there all the same: net/http is let believe that all was written, and
// reads it.
func (l *httpLine) Write(bytes []byte) (int, error) {
	for rest := bytes; len(rest) > 0; {
		piece := rest[:min(len(rest), pieceBytes)]
		x, first, good := l.mayWrite(piece)
		switch {
		case !good:
			return 0, errWrite
		case x == nil:
			return len(bytes), nil
		}
		count, err := l.Conn.Write(piece)
		if err != nil {
			return l.broke(x, bytes, first && count == 0, err)
		}
		rest = rest[len(piece):]
	}
	return len(bytes), nil
}

func (l *httpLine) broke(x *Exchange, bytes []byte, unsent bool,
	err error) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spent = true
	if unsent {
		l.stage = atRest
		x.notLeft()
		return 0, err
	}
	return len(bytes), nil
}

// ---- Reading ----------------------------------------------------------------

func (l *httpLine) Read(bytes []byte) (int, error) {
	for {
		if l.handing {
			count := copy(bytes, l.held)
			if l.held = l.held[count:]; len(l.held) == 0 {
				l.held, l.handing = nil, false
			}
			return count, nil
		}
		l.mu.Lock()
		over := l.spent && l.stage == atRest
		l.mu.Unlock()
		if over {
			return 0, io.EOF
		}
		count, err := l.Conn.Read(bytes)
		l.came.Store(true)
		kept, wrong := l.look(bytes[:count], err != nil, time.Now())
		switch {
		case wrong:
			return 0, errAnswer
		case kept > 0:
			return kept, nil
		case err != nil:
			return 0, err
		}
	}
}

// look reads what came, and gives how much of it net/http shall see, in place.
func (l *httpLine) look(bytes []byte, ended bool,
	at time.Time) (kept int, wrong bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.came.Store(false)
	l.spent = l.spent || ended
	switch {
	case len(bytes) == 0:
		return 0, false
	case l.stage == atRest || l.asked == nil || at.Before(l.wroteAt):
		l.spent = true // it is nobody's
		return 0, true
	case l.stage == inBody:
		return l.passBody(bytes)
	}
	whole := bytes
	if l.held != nil {
		l.held = append(l.held, bytes...)
		whole = l.held
	}
	asked := l.asked
	kept, ready, wrong := l.answer(whole)
	asked.hear(kept > 0)
	switch {
	case wrong:
		return 0, true
	case !ready && l.held == nil:
		l.held = append([]byte(nil), bytes[:kept]...)
		return 0, false
	case !ready:
		l.held = l.held[:kept]
		return 0, false
	case l.held != nil:
		l.held, l.handing = l.held[:kept], true
		kept = copy(bytes, l.held)
		if l.held = l.held[kept:]; len(l.held) == 0 {
			l.held, l.handing = nil, false
		}
	}
	return kept, false
}

func (l *httpLine) refuse(why string) bool {
	l.asked.refuse(why)
	l.spent = true
	return true
}

// answer reads heads; those with 1xx are left out. What is not whole is kept.
func (l *httpLine) answer(all []byte) (kept int, ready, wrong bool) {
	from := 0
	for {
		whole, trouble := l.head.read(all[from:], l.headMax)
		switch {
		case trouble == noStatus && all[from] == tlsAlert:
			return 0, false, l.refuse("the server speaks TLS: write https://")
		case trouble == longHead(l.headMax):
			return 0, false, l.refuse(trouble)
		case trouble != "":
			return 0, false, l.refuse(wrongAnswer(trouble))
		}
		if !whole {
			return copy(all, all[from:]), false, false
		}
		if l.head.status >= 200 {
			break
		}
		l.informed++
		switch {
		case l.head.status == 101:
			return 0, false, l.refuse(wrongAnswer(switched))
		case l.informed > informedMax:
			return 0, false, l.refuse(wrongAnswer(informedLong))
		}
		from += l.head.size
		l.head = httpHead{}
	}
	return l.beginBody(all, from)
}

func (l *httpLine) beginBody(all []byte, from int) (kept int, ready,
	wrong bool) {
	size := l.head.size
	some, openEnd := l.body.begin(&l.head, l.asked.isHead(), l.headMax)
	l.stage = inBody
	if !l.request.whole() || openEnd || l.head.closes || l.head.minor == 0 ||
		l.head.status >= statusServer {
		l.spent = true
	}
	l.until = time.Time{}
	if l.head.timeout > 0 {
		l.until = time.Now().Add(time.Duration(l.head.timeout)*time.Second -
			patienceLess)
	}
	l.head = httpHead{}
	copy(all, all[from:])
	all = all[:len(all)-from]
	if !some {
		l.endBody(len(all) - size)
		return size, true, false
	}
	count, wrong := l.passBody(all[size:])
	return size + count, !wrong, wrong
}

func (l *httpLine) passBody(bytes []byte) (kept int, wrong bool) {
	used, kept, over, trouble := l.body.pass(bytes)
	if trouble != "" {
		return 0, l.refuse(wrongAnswer(trouble))
	}
	if over {
		l.endBody(len(bytes) - used)
	}
	return kept, false
}

// endBody: what came behind the answer is nobody's.
func (l *httpLine) endBody(left int) {
	l.spent = l.spent || left > 0
	l.stage = atRest
	l.asked = nil
}

// Close ends the connection below TLS, which would say goodbye.
func (l *httpLine) Close() error {
	err := l.raw.Close()
	l.finish()
	return err
}
