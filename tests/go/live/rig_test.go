// Package live has the generated client of Go call a real Centrifugo.
package live

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	secret = "test-hmac-secret"
	apiKey = "test-api-key"
)

// programs are the built server and bellpull, or the test is skipped.
func programs(t *testing.T) (centrifugo, bellpull string) {
	t.Helper()
	centrifugo, bellpull = os.Getenv("BELLPULL_CENTRIFUGO"),
		os.Getenv("BELLPULL_PROGRAM")
	if centrifugo == "" || bellpull == "" {
		t.Skip("SKIPPED: BELLPULL_CENTRIFUGO and BELLPULL_PROGRAM name no programs")
	}
	return centrifugo, bellpull
}

// start starts a server that dies with this test, and with this program.
func start(t *testing.T, environment []string, words ...string) io.Reader {
	t.Helper()
	child := exec.Command(words[0], words[1:]...)
	child.Env = append(os.Environ(), environment...)
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = child.Process.Kill()
		_ = child.Wait()
	})
	return output
}

// backend is bellpull as a proxy's endpoint; it tells its address.
func backend(t *testing.T, environment []string, words ...string) string {
	t.Helper()
	said := bufio.NewScanner(start(t, environment, words...))
	for said.Scan() {
		if _, address, found := strings.Cut(said.Text(), "listening on "); found {
			go func() {
				for said.Scan() {
				}
			}()
			return strings.Fields(address)[0]
		}
	}
	t.Fatalf("%v told no address", words)
	return ""
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// server is a real Centrifugo before two backends; it gives its port.
func server(t *testing.T) int {
	t.Helper()
	centrifugo, bellpull := programs(t)
	schema, err := filepath.Abs("../../../schemas/tasks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	rpc := backend(t, nil, bellpull, "serve", schema, "--rpc-proxy", "--port", "0")
	publish := backend(t, []string{"CENTRIFUGO_API_KEY=" + apiKey}, bellpull,
		"serve", schema,
		"--publish-proxy", "--api-url", fmt.Sprintf("http://127.0.0.1:%d/api", port), "--port", "0")
	config := map[string]any{
		"address": "127.0.0.1", "port": port, "usage_stats_disable": true, "health": true,
		"log_level": "error", "api_key": apiKey, "token_hmac_secret_key": secret,
		"client_concurrency": 16, "user_subscribe_to_personal": false,
		"allow_user_limited_channels": true, "proxy_publish": true,
		"proxy_rpc_endpoint": rpc, "proxy_publish_endpoint": publish,
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "centrifugo.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, nil, centrifugo, "-c", path)
	awaitHealth(t, port)
	return port
}

func awaitHealth(t *testing.T, port int) {
	t.Helper()
	limit := time.Now().Add(20 * time.Second)
	for time.Now().Before(limit) {
		answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/health", port))
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("Centrifugo did not start")
}

func url(port int) string {
	return fmt.Sprintf("ws://127.0.0.1:%d/connection/websocket", port)
}

// token is a JSON Web Token of the user; it ends after a while.
func token(user string, ends time.Duration) string {
	encode := base64.RawURLEncoding.EncodeToString
	claims, _ := json.Marshal(map[string]any{"sub": user,
		"exp": time.Now().Add(ends).Unix()})
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(claims)
	signer := hmac.New(sha256.New, []byte(secret))
	signer.Write([]byte(signed))
	return signed + "." + encode(signer.Sum(nil))
}
