// runner.go: a child process that makes calls in one language: a line of JSON
// for each command, a line of JSON for each answer.

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

const (
	answerMax   = 256 << 20
	complainMax = 8 << 10
	endLimit    = 5 * time.Second
)

// An answer is what a runner says.
type answer struct {
	Event      string   `json:"event"` // connected, ended, broken, shut
	Name       string   `json:"name"`
	Result     string   `json:"result"`
	Unwritable string   `json:"unwritable"`
	Error      *Failure `json:"error"`
	Text       string   `json:"text"`
	NextTryMs  int      `json:"next_try_ms"` // of a state
}

// complaints keeps the end of what a child writes to stderr.
type complaints struct {
	mutex sync.Mutex
	bytes []byte
}

func (c *complaints) Write(bytes []byte) (int, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.bytes = append(c.bytes, bytes...)
	if over := len(c.bytes) - complainMax; over > 0 {
		c.bytes = c.bytes[over:]
	}
	return len(bytes), nil
}

func (c *complaints) text() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return string(bytes.TrimSpace(c.bytes))
}

type runner struct {
	child   *exec.Cmd
	input   io.WriteCloser
	answers chan answer // closed when the child ends
	said    complaints
	ended   chan error
}

func startRunner(words []string) (*runner, error) {
	child := exec.Command(words[0], words[1:]...)
	made := &runner{child: child, answers: make(chan answer, 4096),
		ended: make(chan error, 1)}
	child.Stderr = &made.said
	child.Env = environment()
	input, err := child.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	made.input = input
	if err := child.Start(); err != nil {
		return nil, err
	}
	go made.read(output)
	return made, nil
}

// environment is ours without what clients look for.
func environment() []string {
	var kept []string
	for _, each := range os.Environ() {
		if !bytes.HasPrefix([]byte(each), []byte("CENTRIFUGO_")) &&
			!bytes.HasPrefix([]byte(each), []byte("BELL_")) {
			kept = append(kept, each)
		}
	}
	return kept
}

func (r *runner) read(output io.Reader) {
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, answerMax)
	for lines.Scan() {
		var one answer
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			one = answer{Event: "broken",
				Text: "not an answer: " + shown(lines.Text())}
		}
		r.answers <- one
	}
	_, _ = io.Copy(io.Discard, output)
	r.ended <- r.child.Wait()
	close(r.answers)
}

// halt makes the child's process stop running, and returns when it does not.
func (r *runner) halt(patience time.Duration) error {
	if err := r.child.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	path := fmt.Sprintf("/proc/%d/stat", r.child.Process.Pid)
	for limit := time.Now().Add(patience); time.Now().Before(limit); {
		stat, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.Contains(stat, []byte(") T ")) {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("it does not stop")
}

func (r *runner) resume() error {
	return r.child.Process.Signal(syscall.SIGCONT)
}

func (r *runner) tell(command map[string]any) error {
	line, err := json.Marshal(command)
	if err != nil {
		return err
	}
	_, err = r.input.Write(append(line, '\n'))
	return err
}

// stop ends the child, first by the end of its input; what it leaves behind (a
// leak that a sanitizer found, a handle that keeps it alive) is an error.
func (r *runner) stop() error {
	_ = r.input.Close()
	select {
	case err := <-r.ended:
		if err != nil {
			return fmt.Errorf("%v %s", err, r.said.text())
		}
		return nil
	case <-time.After(endLimit):
		_ = r.child.Process.Kill()
		<-r.ended
		return fmt.Errorf("it did not end with its input %s", r.said.text())
	}
}

func (r *runner) kill() {
	_ = r.child.Process.Kill()
	_ = r.input.Close()
	<-r.ended
}
