// main.go: the same as rest_raw.c by net/http.
//
//	rest_go URL CONNECTIONS COUNT BODY
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const warm = 200

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func exchange(client *http.Client, url, body string) {
	request, err := http.NewRequest("POST", url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization",
		"Bearer abcdefghijklmnopqrstuvwxyz0123456789")
	answer, err := client.Do(request)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	if _, err := io.ReadAll(answer.Body); err != nil {
		panic(err)
	}
}

func run(connections int, count int64, one func()) {
	var started atomic.Int64
	var group sync.WaitGroup
	for i := 0; i < connections; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for started.Add(1) <= count {
				one()
			}
		}()
	}
	group.Wait()
}

func main() {
	url, body := os.Args[1]+"/echo", os.Args[4]
	connections, _ := strconv.Atoi(os.Args[2])
	count, _ := strconv.ParseInt(os.Args[3], 10, 64)
	client := &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: connections,
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true},
	}}
	one := func() { exchange(client, url, body) }
	run(connections, warm, one)
	wall, used := time.Now(), cpu()
	run(connections, count, one)
	each := float64(count) * 1e3
	fmt.Println(float64(time.Since(wall))/each, float64(cpu()-used)/each)
}
