// main.go: an agent and what ARCP does for it, from its registration to its
// end: what its users ask, what it tells, what an administrator sees.
//
//	bellpull generate ../../../schemas/arcp.yaml --output gen --go
//	go run . [URL [ENDPOINT]]
//
// URL is the server's, http://localhost:8001 if none is given. ENDPOINT is
// where the agent listens: the server passes on there what others want of it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/bellpull/bellpull/examples/go/arcp/gen/go/arcp"
	bell "github.com/bellpull/bellpull/runtime/go"
)

const agentID = "my-testing-agent"

// report says what an error was; true where it is the server's answer, and not
// that the server could not be asked.
func report(what string, err error) bool {
	var refused *arcp.RPCError
	if errors.As(err, &refused) {
		fmt.Printf("%s: refused: %d %s\n", what, refused.Code, refused.Message)
		return true
	}
	return false
}

// ---- What anybody may ask ---------------------------------------------------

func showServer(ctx context.Context, api *arcp.APIClient) error {
	health, err := api.HealthGet(ctx)
	if err != nil {
		return err
	}
	info, err := api.SystemRoot(ctx)
	if err != nil {
		return err
	}
	types, err := api.PublicAgentTypes(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("server: %s %s, %s\n", info.Service, info.Version, health.Status)
	fmt.Println("types of agents:", strings.Join(types.AllowedAgentTypes, ", "))
	return nil
}

func discover(ctx context.Context, api *arcp.APIClient) error {
	found, err := api.PublicDiscover(ctx, arcp.PublicDiscoverParams{
		Query: arcp.PublicDiscoverQuery{
			AgentType:    bell.Some("testing"),
			Capabilities: bell.Some([]string{"data-processing"}),
			Limit:        bell.Some[int32](10)}})
	for _, agent := range found {
		fmt.Println("found:", agent.Name)
	}
	return err
}

func printFound(found []arcp.SearchResponse) {
	for _, agent := range found {
		similarity := 0.0
		if agent.Similarity != nil {
			similarity = *agent.Similarity
		}
		fmt.Printf("  %s, similarity %.2f\n", agent.Name, similarity)
		if agent.Metrics != nil { // the search was weighted
			fmt.Printf("    reputation %.2f\n", agent.Metrics.ReputationScore)
		}
	}
}

func search(ctx context.Context, api *arcp.APIClient) error {
	request := arcp.SearchRequest{
		Query:         "data processing and file conversion",
		TopK:          bell.Some[int32](5),
		MinSimilarity: bell.Some(0.3)}
	found, err := api.AgentsSearch(ctx, arcp.AgentsSearchParams{Body: request})
	if err != nil {
		return err
	}
	fmt.Printf("search: %d agents\n", len(found))
	printFound(found)
	request.Capabilities = bell.Some3([]string{"data-processing"})
	request.AgentType = bell.Some3("testing")
	request.Weighted = true
	found, err = api.PublicSearch(ctx, arcp.PublicSearchParams{Body: request})
	if err != nil {
		return err
	}
	fmt.Printf("public search, weighted: %d agents\n", len(found))
	printFound(found)
	return nil
}

// ---- An administrator -------------------------------------------------------

// logIn brings a token that is shown from then on where an administrator's is
// wanted, and so is an id of the client's own, by itself.
func logIn(ctx context.Context, api *arcp.APIClient, user,
	password string) error {
	session, err := api.AuthLogin(ctx, arcp.AuthLoginParams{
		Body: arcp.LoginRequest{Username: user, Password: password}})
	if err == nil {
		words := map[bool]string{true: "yes", false: "no"}
		fmt.Printf("logged in for %d s, authenticated: %s\n", session.ExpiresIn,
			words[api.IsAuthenticated(arcp.RoleAdmin)])
	}
	return err
}

func administer(ctx context.Context, api *arcp.APIClient) error {
	// What a refusal looks like.
	if err := logIn(ctx, api, "somebody", "wrong"); !report("login", err) {
		return err
	}
	if err := logIn(ctx, api, "ARCP", "ARCP"); err != nil {
		return err
	}
	stats, err := api.PublicStats(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("stats: %d of %d agents alive\n", stats.AliveAgents,
		stats.TotalAgents)
	return checkToken(ctx, api)
}

// checkToken asks whether a token is a good one; the client's own is shown
// without a word.
func checkToken(ctx context.Context, api *arcp.APIClient) error {
	mine, err := api.TokensValidate(ctx)
	if err != nil {
		return err
	}
	other, err := api.TokensValidateQuery(ctx, arcp.TokensValidateQueryParams{
		Query: arcp.TokensValidateQueryQuery{Token: "your-jwt-token"}})
	if err != nil {
		return err
	}
	words := map[bool]string{true: "valid", false: "not valid"}
	fmt.Printf("tokens: mine is %s, another is %s\n", words[mine.Valid],
		words[other.Valid])
	return nil
}

// ---- The agent --------------------------------------------------------------

// registration is all that an agent says of itself.
func registration(id, endpoint string) arcp.AgentRegistration {
	return arcp.AgentRegistration{
		AgentId:   id,
		Name:      id,
		AgentType: "testing",
		Endpoint:  endpoint,
		Capabilities: []string{"data-processing", "file-conversion",
			"text-analysis"},
		ContextBrief:      "A testing agent for data processing, file conversion",
		Version:           "1.0.0",
		Owner:             "My Organization",
		PublicKey:         "my-agent-public-key-that-is-long-enough-32-chars",
		CommunicationMode: arcp.CommunicationModeRemote,
		Metadata: map[string]arcp.MetadataValue{
			"language": arcp.MetadataValueText{Value: "go"}},
		MaxTokens: bell.Some3[int32](2000),
		Requirements: bell.Some3[arcp.Requirements](arcp.RequirementsRecord{
			Value: arcp.AgentRequirements{
				MinimumMemoryMb:  bell.Some3[int32](512),
				RequiresInternet: bell.Some(true)}})}
}

// register makes two calls in one: with the agent's key comes a token for a
// moment, which the registration shows; the token of its reply is shown from
// then on.
func register(ctx context.Context, api *arcp.APIClient, endpoint string) (
	token string, err error) {
	made, err := api.AgentsRegister(ctx, arcp.AgentsRegisterParams{
		Body: registration(agentID, endpoint),
		Login: &arcp.AuthRequestTempTokenParams{Body: arcp.AgentKey{
			AgentId: agentID, AgentType: "testing", AgentKey: "test-agent-001"}}})
	if err != nil {
		return "", err
	}
	fmt.Println("registered:", made.Message)
	return made.AccessToken, nil
}

func showAgent(ctx context.Context, api *arcp.APIClient) error {
	agent, err := api.AgentsGet(ctx, arcp.AgentsGetParams{
		Path:  arcp.AgentsGetPath{AgentId: agentID},
		Query: arcp.AgentsGetQuery{IncludeMetrics: bell.Some(true)}})
	if err != nil {
		return err
	}
	fmt.Printf("agent: %s, %s, %s\n", agent.Name, agent.Status, agent.Endpoint)
	fmt.Println("capabilities:", strings.Join(agent.Capabilities, ", "))
	alive, err := api.AgentsList(ctx, arcp.AgentsListParams{
		Query: arcp.AgentsListQuery{AgentType: bell.Some("testing"),
			Status: bell.Some(arcp.AgentStatusAlive)}})
	if err == nil {
		fmt.Println("agents alive:", len(alive))
	}
	return err
}

// keepAlive sends heartbeats: every 30 s in a program that is no example. One
// that failed ends nothing: the next one comes.
func keepAlive(ctx context.Context, api *arcp.APIClient) error {
	beats := make(chan struct{})
	beat := func(ctx context.Context) error {
		_, err := api.AgentsHeartbeat(ctx, arcp.AgentsHeartbeatParams{
			Path: arcp.AgentsHeartbeatPath{AgentId: agentID}})
		if err == nil {
			beats <- struct{}{}
		}
		return err
	}
	stop, err := bell.Every(ctx, 300*time.Millisecond, beat, func(err error) {
		fmt.Fprintln(os.Stderr, "arcp: heartbeat:", err)
	})
	if err != nil {
		return err
	}
	for range 3 {
		select {
		case <-beats:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	stop()
	fmt.Println("heartbeats: 3")
	return nil
}

func measure(ctx context.Context, api *arcp.APIClient) error {
	_, err := api.AgentsUpdateMetrics(ctx, arcp.AgentsUpdateMetricsParams{
		Path: arcp.AgentsUpdateMetricsPath{AgentId: agentID},
		Body: map[string]bell.Raw{
			"total_requests": bell.Raw("150"),
			"success_rate":   bell.Raw("0.98"),
			"custom_metric":  bell.Raw(`"value"`)}})
	if err != nil {
		return err
	}
	metrics, err := api.AgentsGetMetrics(ctx, arcp.AgentsGetMetricsParams{
		Path: arcp.AgentsGetMetricsPath{AgentId: agentID}})
	if err == nil {
		fmt.Printf("metrics: %d requests, %.0f%% good\n", metrics.TotalRequests,
			100*metrics.SuccessRate)
	}
	return err
}

// connect is what somebody does who wants to talk to the agent: the server asks
// it.
func connect(ctx context.Context, api *arcp.APIClient) error {
	if _, err := api.PublicGetAgent(ctx, arcp.PublicGetAgentParams{
		Path: arcp.PublicGetAgentPath{AgentId: agentID}}); err != nil {
		return err
	}
	asked, err := api.PublicConnect(ctx, arcp.PublicConnectParams{
		Path: arcp.PublicConnectPath{AgentId: agentID},
		Body: arcp.AgentConnectionRequest{
			UserId:       "user-123",
			UserEndpoint: "https://my-app.example.com/back",
			DisplayName:  bell.Some3("My Application"),
			AdditionalInfo: bell.Some3(map[string]bell.Raw{
				"purpose": bell.Raw(`"data processing"`)})}})
	switch {
	case err == nil:
		fmt.Printf("connection: %s; next: %s\n", asked.Status, asked.NextSteps)
	case report("connection", err):
		// An agent that does not listen is the server's answer 502.
	default:
		return err
	}
	return nil
}

// askAboutMany asks about all at the same time; each call has an outcome of its
// own.
func askAboutMany(ctx context.Context, api *arcp.APIClient) error {
	ids := []string{agentID, "nobody", agentID}
	answers := make([]string, len(ids))
	var calls sync.WaitGroup
	for i, id := range ids {
		calls.Add(1)
		go func() {
			defer calls.Done()
			agent, err := api.PublicGetAgent(ctx, arcp.PublicGetAgentParams{
				Path: arcp.PublicGetAgentPath{AgentId: id}})
			var refused *arcp.RPCError
			switch {
			case err == nil:
				answers[i] = string(agent.Status)
			case errors.As(err, &refused):
				answers[i] = refused.Message
			default:
				answers[i] = err.Error()
			}
		}()
	}
	calls.Wait()
	for i, id := range ids {
		fmt.Printf("%s: %s\n", id, answers[i])
	}
	return nil
}

// watchAnybody listens to the public socket: the first thing that comes, and a
// call. Handlers are the other way to hear: see Listen.
func watchAnybody(ctx context.Context, api *arcp.APIClient) error {
	pushes, err := api.Pushes(ctx)
	if err != nil {
		return err
	}
	defer pushes.Close()
	first, err := pushes.Next(ctx)
	if err != nil {
		return err
	}
	found, err := api.GetDiscovery(ctx,
		arcp.GetDiscoveryParams{PageSize: bell.Some[int32](50)})
	if err != nil {
		return err
	}
	what := "something else"
	if _, is := first.(arcp.PushWelcome); is {
		what = "welcome"
	}
	fmt.Printf("socket: %s; %d agents\n", what, len(found.Data.Agents))
	return nil
}

// watchAgents listens to the agents' socket, by a client with the agent's
// token: all of them at first.
func watchAgents(ctx context.Context, url, token string) error {
	api := arcp.NewAPIClient(url, token)
	defer api.Disconnect()
	stream, err := api.Agents(ctx)
	if err != nil {
		return err
	}
	defer stream.Close()
	agents, err := stream.Next(ctx)
	for _, agent := range agents {
		fmt.Printf("socket of agents: %s, %s\n", agent.Name, agent.Status)
	}
	return err
}

func unregister(ctx context.Context, api *arcp.APIClient) error {
	gone, err := api.AgentsUnregister(ctx, arcp.AgentsUnregisterParams{
		Path: arcp.AgentsUnregisterPath{AgentId: agentID}})
	if err == nil {
		fmt.Println("unregistered:", gone.Message)
	}
	return err
}

// ---- All of it --------------------------------------------------------------

func run(ctx context.Context, url, endpoint string) error {
	api := arcp.NewAPIClient(url, "",
		bell.WithUserAgent("MyApp/1.0"),
		bell.WithRestRetries(3), // further tries, where that is safe
		// The first waits so long at most, each further one twice as long.
		bell.WithRetryDelays(time.Second, time.Minute),
		bell.WithConnectionsMax(100),
		bell.WithIdleMax(20),         // of which so many stay open,
		bell.WithIdle(4*time.Second)) // for so long
	defer api.Disconnect()
	token := ""
	register := func(ctx context.Context, api *arcp.APIClient) (err error) {
		token, err = register(ctx, api, endpoint)
		return err
	}
	watchAgents := func(ctx context.Context, _ *arcp.APIClient) error {
		return watchAgents(ctx, url, token)
	}
	for _, step := range []func(context.Context, *arcp.APIClient) error{
		showServer, administer, register, showAgent, keepAlive, measure, discover,
		search, connect, askAboutMany, watchAnybody, watchAgents, unregister} {
		if err := step(ctx, api); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	url, endpoint := "http://localhost:8001", "https://my-agent.example.com"
	for i, word := range []*string{&url, &endpoint} {
		if i+1 < len(os.Args) {
			*word = os.Args[i+1]
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := run(ctx, url, endpoint); err != nil {
		fmt.Fprintf(os.Stderr, "arcp: %v\n", err)
		os.Exit(1)
	}
}
