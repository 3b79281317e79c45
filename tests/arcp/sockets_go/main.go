// main.go: the three WebSockets of a real ARCP, by generated Go. It ends with 0
// where all was as told.
//
//	sockets URL ADMIN-TOKEN AGENT-TOKEN
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	bell "github.com/bellpull/bellpull/runtime/go"

	"bellpull.invalid/corpus/arcp"
)

var failed bool

func check(what string, good bool, about ...any) {
	if !good {
		failed = true
		fmt.Println("wrong:", what, about)
		return
	}
	fmt.Println("good:", what)
}

// Longer than the server takes for anything here.
const patience = 30 * time.Second

func main() {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	defer cancel()
	api := arcp.NewAPIClient(os.Args[1], "")
	public(ctx, api)
	strangers(ctx)
	api.Disconnect()
	agent := arcp.NewAPIClient(os.Args[1], os.Args[3])
	agents(ctx, agent)
	agent.Disconnect()
	admin := arcp.NewAPIClient(os.Args[1], os.Args[2])
	dashboard(ctx, admin)
	admin.Disconnect()
	for i := 0; i < 1000 && runtime.NumGoroutine() > before; i++ {
		time.Sleep(time.Millisecond)
	}
	check("nothing is left", runtime.NumGoroutine() <= before)
	if failed {
		os.Exit(1)
	}
}

func public(ctx context.Context, api *arcp.APIClient) {
	welcomes := make(chan *arcp.Welcome, 10)
	listener, err := api.Listen(arcp.Handlers{
		OnWelcome: func(welcome *arcp.Welcome) { welcomes <- welcome },
		OnUnknown: func(tag string, raw bell.Raw) {
			check("no other message", false, tag, string(raw))
		},
		OnBad: func(raw []byte, err error) {
			check("no bad message", false, string(raw), err)
		}})
	check("listen", err == nil, err)
	select {
	case welcome := <-welcomes:
		check("welcome", welcome.Message != "" && len(welcome.Features) > 0)
	case <-ctx.Done():
		check("welcome", false)
	}
	page, err := api.GetDiscovery(ctx, arcp.GetDiscoveryParams{
		PageSize: bell.Some(int32(5))})
	check("get_discovery", err == nil &&
		page.Data.Pagination.PageSize == 5, err)
	_, err = api.Ping(ctx, arcp.PingParams{})
	check("ping", err == nil, err)
	check("counts", listener.Counts().Received == 1, listener.Counts())
}

// strangers: what becomes of who shows the wrong token.
func strangers(ctx context.Context) {
	api := arcp.NewAPIClient(os.Args[1], "nonsense")
	defer api.Disconnect()
	var ended *bell.Error
	_, err := api.Agents(ctx)
	check("a wrong token for agents", errors.As(err, &ended) &&
		ended.Status == bell.StatusTerminal, err)
	s, err := api.Dashboard(ctx)
	if err == nil { // it is ready once the token is sent
		_, err = s.Next(ctx)
	}
	check("a wrong token for the dashboard", errors.As(err, &ended) &&
		ended.Status == bell.StatusTerminal && ended.Code == 4001, err)
}

func agents(ctx context.Context, api *arcp.APIClient) {
	s, err := api.Agents(ctx)
	check("agents", err == nil, err)
	if err != nil {
		return
	}
	defer s.Close()
	list, err := s.Next(ctx)
	check("a list of agents", err == nil && len(list) == 1 &&
		list[0].AgentId == "scanner-1", list, err)
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	_, err = s.Next(short)
	check("nothing comes in time", errors.Is(err, context.DeadlineExceeded), err)
}

func dashboard(ctx context.Context, api *arcp.APIClient) {
	s, err := api.Dashboard(ctx)
	check("dashboard", err == nil, err)
	if err != nil {
		return
	}
	defer s.Close()
	check("refresh_request", api.DashboardRefreshRequest(ctx) == nil)
	check("pause_monitoring", api.DashboardPauseMonitoring(ctx) == nil)
	wanted := map[string]bool{"monitoring": true, "health": true,
		"agents": true, "refresh_ack": true, "pause_ack": true}
	for frame, err := range s.All(ctx) {
		if err != nil {
			check("a frame", false, err)
			break
		}
		switch frame.(type) {
		case arcp.DashboardFrameMonitoring:
			delete(wanted, "monitoring")
		case arcp.DashboardFrameHealth:
			delete(wanted, "health")
		case arcp.DashboardFrameAgents:
			delete(wanted, "agents")
		case arcp.DashboardFrameRefreshAck:
			delete(wanted, "refresh_ack")
		case arcp.DashboardFramePauseAck:
			delete(wanted, "pause_ack")
		case arcp.DashboardFrameUnknown:
			check("no other frame", false, frame)
		}
		if len(wanted) == 0 {
			break
		}
	}
	check("frames", len(wanted) == 0, wanted)
}
