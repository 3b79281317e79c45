// lies_test.go: answers that can be read in two ways, or have no end, are
// refused, and those that are merely odd are read.

package transport

import (
	"context"
	"strings"
	"testing"
	"time"
)

const okLine = "HTTP/1.1 200 OK\r\n"

const (
	noAnswer  = ended + " without an answer"
	cutAnswer = ended + " within its answer"
)

const notHTTP = "the server's answer is not HTTP/1.1: "

type lie struct {
	name, says, words string
	status            int
	body              string
	kept              bool // the line is used again
	whole             bool // said slowly, its end would answer the next request
}

// ends: the server has to end the line. Else it would go on.
func (l *lie) ends() bool {
	return l.words == noAnswer || l.words == cutAnswer ||
		l.name == "a body until the end"
}

// lies: what the server says, and what becomes of it. Where there are no words
// it is an answer, with this status and body.
var lies = []lie{
	{name: "an answer", says: okLine + "Content-Length: 2\r\n\r\nok", status: 200,
		body: "ok", kept: true},
	{name: "length shorter than the body", status: 200, body: "abc", whole: true,
		says: okLine + "Content-Length: 3\r\n\r\nabcdefgh"},
	{name: "a second answer behind the first", status: 200, body: "abc",
		whole: true, says: okLine + "Content-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n" +
			"Content-Length: 4\r\n\r\nevil"},
	{name: "length longer than the body", words: cutAnswer,
		says: okLine + "Content-Length: 30\r\n\r\nabcdefgh"},
	{name: "two lengths", words: notHTTP + "it has two different Content-Lengths",
		says: okLine + "Content-Length: 3\r\nContent-Length: 8\r\n\r\nabcdefgh"},
	{name: "one length twice", status: 200, body: "abc", kept: true,
		says: okLine + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"},
	{name: "a list of lengths", words: notHTTP + noLength,
		says: okLine + "Content-Length: 3, 8\r\n\r\nabcdefgh"},
	{name: "a negative length", words: notHTTP + noLength,
		says: okLine + "Content-Length: -3\r\n\r\nabc"},
	{name: "a length with a plus", words: notHTTP + noLength,
		says: okLine + "Content-Length: +3\r\n\r\nabcdef"},
	{name: "a length with letters", words: notHTTP + noLength,
		says: okLine + "Content-Length: 3abc\r\n\r\nabcdef"},
	{name: "a length with an exponent", words: notHTTP + noLength,
		says: okLine + "Content-Length: 1e20\r\n\r\nabcdef"},
	{name: "a length beyond 64 bits", words: notHTTP + noLength,
		says: okLine + "Content-Length: 99999999999999999999\r\n\r\nabc"},
	{name: "length and chunks",
		words: notHTTP + "it has both Content-Length and Transfer-Encoding",
		says: okLine + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" +
			"5\r\nabcde\r\n0\r\n\r\n"},
	{name: "chunks and length",
		words: notHTTP + "it has both Content-Length and Transfer-Encoding",
		says: okLine + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" +
			"5\r\nabcde\r\n0\r\n\r\n"},
	{name: "an unknown coding",
		words: notHTTP + "it has a Transfer-Encoding other than chunked",
		says:  okLine + "Transfer-Encoding: banana\r\n\r\nabc"},
	{name: "two codings", words: notHTTP + "it has a Transfer-Encoding other than chunked",
		says: okLine + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
	{name: "chunks in HTTP/1.0",
		words: notHTTP + "it has a Transfer-Encoding, which HTTP/1.0 does not know",
		says: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
			"2\r\nok\r\n0\r\n\r\n"},
	{name: "chunks", status: 200, body: "abcde", kept: true,
		says: okLine + "Transfer-Encoding: chunked\r\n\r\n" +
			"2\r\nab\r\n3;x=\"y\"\r\ncde\r\n0\r\nX-T: a\r\n\r\n"},
	{name: "a trailer longer than net/http reads", status: 200, body: "a",
		kept: true, says: okLine + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n" +
			strings.Repeat("X-T: "+strings.Repeat("t", 100)+"\r\n", 100) + "\r\n"},
	{name: "a huge chunk", words: notHTTP + "a chunk is too large",
		says: okLine + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nabc"},
	{name: "a chunk without a size", words: notHTTP + "a chunk has no size",
		says: okLine + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"},
	{name: "a chunk longer than its size",
		words: notHTTP + "a chunk is longer than its size",
		says:  okLine + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"},
	{name: "chunks with bare line feeds", words: notHTTP + noSize,
		says: okLine + "Transfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n"},
	{name: "chunks that are cut", words: cutAnswer,
		says: okLine + "Transfer-Encoding: chunked\r\n\r\n5\r\nab"},
	{name: "chunks without the last one", words: cutAnswer,
		says: okLine + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"},
	{name: "no HTTP", words: notHTTP + noStatus, says: "hello, I am not HTTP\n"},
	{name: "TLS", words: "the server speaks TLS: write https://", says: "\x15\x03\x01\x00\x02\x02\x28"},
	{name: "HTTP/2 on HTTP/1", words: notHTTP + noStatus,
		says: "HTTP/2 200\r\nContent-Length: 2\r\n\r\nok"},
	{name: "HTTP/1.7", status: 200, body: "ok", kept: true,
		says: "HTTP/1.7 200 OK\r\nContent-Length: 2\r\n\r\nok"},
	{name: "HTTP/9.9", words: notHTTP + noStatus,
		says: "HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nok"},
	{name: "a status of letters", words: notHTTP + noStatus,
		says: "HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok"},
	{name: "status 000", words: notHTTP + noStatus,
		says: "HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\nok"},
	{name: "status 2000", words: notHTTP + noStatus,
		says: "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok"},
	{name: "101", words: notHTTP + "it has the status 101, which was not asked for",
		says: "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nxyz"},
	{name: "204 with a body", status: 204, whole: true,
		says: "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nabcde"},
	{name: "304 with a length", status: 304, kept: true,
		says: "HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n"},
	{name: "NUL", words: notHTTP + control,
		says: okLine + "X: a\x00b\r\nContent-Length: 2\r\n\r\nok"},
	{name: "a line without a colon", words: notHTTP + noHeader,
		says: okLine + "garbage line\r\nContent-Length: 2\r\n\r\nok"},
	{name: "a folded line", words: notHTTP + "a line is folded",
		says: okLine + "X: a\r\n b\r\nContent-Length: 2\r\n\r\nok"},
	{name: "bare line feeds", words: notHTTP + noLineEnd,
		says: "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"},
	{name: "a space before the colon", words: notHTTP + noHeader,
		says: okLine + "Content-Length : 2\r\n\r\nok"},
	{name: "a cut head", words: cutAnswer, says: okLine + "Content-"},
	{name: "a cut status line", words: cutAnswer, says: "HTTP/1.1 2"},
	{name: "only 100", words: noAnswer, says: "HTTP/1.1 100 Continue\r\n\r\n"},
	{name: "8 times 1xx", status: 200, body: "ok", kept: true,
		says: strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", 8) + fine},
	{name: "9 times 1xx",
		words: notHTTP + "it has more than 8 heads with a status below 200",
		says:  strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", 9) + fine},
	{name: "a body until the end", status: 200, body: "abc",
		says: okLine + "\r\nabc"},
	{name: "HTTP/1.0", status: 200, body: "ok",
		says: "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"},
	{name: "the server closes", status: 200, body: "ok",
		says: okLine + "Connection: close\r\nContent-Length: 2\r\n\r\nok"},
	{name: "500", status: 500, body: "ok",
		says: "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nok"},
	{name: "404", status: 404, body: "ok", kept: true,
		says: "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nok"},
	{name: "a large length", says: okLine + "Content-Length: 1048577\r\n\r\n",
		words: tooLarge(1 << 20)},
	{name: "a status line without a reason", status: 200, body: "ok", kept: true,
		says: "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"},
}

// TestLies has each told at once, and byte by byte.
func TestLies(t *testing.T) {
	for _, each := range lies {
		for _, slow := range []bool{false, true} {
			name := each.name
			if slow {
				name += ", byte by byte"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				server := startLiar(t, func(h *heard) {
					for h.request() {
						switch {
						case slow && !each.whole && len(each.says) < 1000:
							for _, letter := range []byte(each.says) {
								_, _ = h.Write([]byte{letter})
								time.Sleep(10 * time.Microsecond)
							}
						default:
							h.say(each.says)
						}
						if each.ends() {
							h.fin()
							return
						}
					}
				})
				h := testHTTP(t, nil)
				for range 2 {
					x := server.exchange("POST", 3)
					words := do(t, h, x)
					if words != each.words || !x.Sent() || words == "" &&
						(x.Status != each.status || string(x.Answer) != each.body) {
						t.Errorf("got %q, %d %q", words, x.Status, x.Answer)
					}
				}
				lines, _, wholes := server.counts()
				if wholes != 2 || (lines == 1) != each.kept {
					t.Errorf("%d lines, %d requests", lines, wholes)
				}
			})
		}
	}
}

// endless: what the server says again and again behind its first words.
var endless = []struct{ name, first, again, words string }{
	{"heads", okLine, "X-A: " + strings.Repeat("a", 100) + "\r\n",
		longHead(64 << 10)},
	{"a huge line", okLine + "X: ", strings.Repeat("a", 1000), longHead(64 << 10)},
	{"1xx", "", "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n",
		notHTTP + "it has more than 8 heads with a status below 200"},
	{"a body", okLine + "\r\n", strings.Repeat("b", 4096), tooLarge(1 << 20)},
	{"chunks", okLine + "Transfer-Encoding: chunked\r\n\r\n",
		"1000\r\n" + strings.Repeat("b", 4096) + "\r\n", tooLarge(1 << 20)},
	{"chunks of one byte", okLine + "Transfer-Encoding: chunked\r\n\r\n",
		strings.Repeat("1\r\nb\r\n", 1000), tooLarge(1 << 20)},
	{"an extension", okLine + "Transfer-Encoding: chunked\r\n\r\n5;",
		strings.Repeat("e", 1000),
		notHTTP + "a line between or behind its chunks is too long"},
	{"a trailer", okLine + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
		"X-T: " + strings.Repeat("t", 1000) + "\r\n",
		notHTTP + "the headers behind its chunks are too long"},
}

func TestEndlessLies(t *testing.T) {
	for _, each := range endless {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			server := startLiar(t, func(h *heard) {
				if h.request() && h.say(each.first) {
					for h.say(each.again) {
					}
				}
			})
			x := server.exchange("POST", 3)
			if words := do(t, testHTTP(t, nil), x); words != each.words {
				t.Errorf("got %q, %d", words, x.Status)
			}
		})
	}
}

// TestDrips: the deadline ends what comes too slowly to be refused.
func TestDrips(t *testing.T) {
	for _, each := range []struct{ name, first, again string }{
		{"a head", okLine + "X: ", "a"},
		{"a body", okLine + "Content-Length: 100000\r\n\r\n", "a"},
		{"nothing", "", ""},
	} {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			limited, cancel := context.WithCancel(context.Background())
			defer cancel()
			server := startLiar(t, func(h *heard) {
				good := h.request() && h.say(each.first)
				time.AfterFunc(20*time.Millisecond, cancel)
				for good {
					time.Sleep(time.Millisecond)
					good = h.say(each.again) && each.again != ""
				}
				h.wait()
			})
			x := server.exchange("POST", 3)
			if words := testHTTP(t, nil).Do(limited, x); words == "" || !x.Sent() {
				t.Errorf("got %q, %d", words, x.Status)
			}
		})
	}
}
