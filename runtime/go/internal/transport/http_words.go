// http_words.go: why an exchange has no answer, in words of our own.

package transport

import (
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"
)

func tooLarge(most int64) string {
	return fmt.Sprintf("the server's answer is larger than message_bytes_max (%d)", most)
}

// words say why there is no answer, or not the whole of it.
func (x *Exchange) words(err error) string {
	x.mu.Lock()
	trouble, heard := x.trouble, x.heard
	x.mu.Unlock()
	var dialed *dialTrouble
	var number syscall.Errno
	switch {
	case trouble != "":
		return trouble
	case errors.As(err, &dialed):
		return dialed.words
	case errors.As(err, &number):
		return "the connection broke: " + spell(number)
	}
	if heard {
		return ended + " within its answer"
	}
	return ended + " without an answer"
}

func wrongAnswer(why string) string {
	return "the server's answer is not HTTP/1.1: " + why
}

func longHead(most int) string {
	return fmt.Sprintf("the head of the server's answer is larger than "+
		"head_bytes_max (%d)", most)
}

func notWithin(address string, limit time.Duration) string {
	return fmt.Sprintf("cannot connect to %s: not within %d ms", address,
		limit.Milliseconds())
}

// unsecured says why the TLS handshake failed.
func unsecured(err error, host string, line *tap) string {
	if words := wrongCertificate(err, host, "an http://"); words != "" {
		return words
	}
	var number syscall.Errno
	isEnd := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case errors.As(err, &number):
		return "the connection broke: " + spell(number)
	case isEnd && line.first.Load() == 0:
		return ended + " in the TLS handshake: does it speak TLS on this port?"
	case isEnd:
		return ended
	}
	return "the connection could not be opened"
}
