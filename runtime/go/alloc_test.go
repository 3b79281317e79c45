// alloc_test.go: how much the codec allocates beside encoding/json, for the
// same values of the same types.

package bell

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

type session struct {
	ID      string `json:"id"`
	Tool    string `json:"tool"`
	Active  bool   `json:"active"`
	Started int64  `json:"started"`
}

type agent struct {
	ID       string           `json:"id"`
	Name     string           `json:"name"`
	Status   level            `json:"status"`
	Owner    *string          `json:"owner"`
	Total    int64            `json:"total"`
	Rate     float64          `json:"rate"`
	Tags     []string         `json:"tags"`
	Counts   map[string]int64 `json:"counts"`
	Sessions []session        `json:"sessions"`
}

type fleet struct {
	Agents []agent `json:"agents"`
}

func listOf(item *schema.Type) *schema.Type {
	return &schema.Type{Kind: schema.KindList, Name: item.Name + "[]",
		Item: item}
}

func recordOf(name string, fields ...schema.Field) *schema.Type {
	return &schema.Type{Kind: schema.KindRecord, Name: name, Fields: fields}
}

var (
	sessionType = recordOf("Session",
		schema.Field{Name: "id", Type: schema.TableString},
		schema.Field{Name: "tool", Type: schema.TableString},
		schema.Field{Name: "active", Type: schema.TableBool},
		schema.Field{Name: "started", Type: schema.TableInt64})
	agentType = recordOf("Agent",
		schema.Field{Name: "id", Type: schema.TableString},
		schema.Field{Name: "name", Type: schema.TableString},
		schema.Field{Name: "status", Type: &schema.Type{Kind: schema.KindEnum,
			Name: "Level", Values: []string{"low", "high"}}},
		schema.Field{Name: "owner", Type: schema.TableString,
			State: schema.Nullable, How: schema.Pointer},
		schema.Field{Name: "total", Type: schema.TableInt64},
		schema.Field{Name: "rate", Type: schema.TableFloat64},
		schema.Field{Name: "tags", Type: listOf(schema.TableString)},
		schema.Field{Name: "counts", Type: &schema.Type{Kind: schema.KindMap,
			Name: "map<int64>", Item: schema.TableInt64}},
		schema.Field{Name: "sessions", Type: listOf(sessionType)})
	fleetType = recordOf("Fleet",
		schema.Field{Name: "agents", Type: listOf(agentType)})
)

// fleetOf has so many agents, each about 600 bytes of JSON.
func fleetOf(count int) *fleet {
	made := &fleet{}
	for i := range count {
		one := agent{ID: fmt.Sprintf("agent-%04d", i), Name: "collector \"é\"",
			Status: "high", Owner: Ptr("somebody"), Total: int64(i) * 1000003,
			Rate: float64(i) / 7, Tags: []string{"linux", "arm64", "eu-west"},
			Counts: map[string]int64{"open": 12, "done": 345, "blocked": 6}}
		for j := range 4 {
			one.Sessions = append(one.Sessions, session{
				ID: fmt.Sprintf("session-%08d", j), Tool: "compiler",
				Active: j%2 == 0, Started: 1700000000000 + int64(j)})
		}
		made.Agents = append(made.Agents, one)
	}
	return made
}

func TestNoMoreAllocationsThanEncodingJSON(t *testing.T) {
	for _, count := range []int{1, 2, 110} {
		value := fleetOf(count)
		text, err := Encode(fleetType, value)
		if err != nil {
			t.Fatal(err)
		}
		var back fleet
		if err := Decode(fleetType, text, &back); err != nil ||
			!reflect.DeepEqual(&back, value) {
			t.Fatalf("got %+v, %v", back, err)
		}
		for _, each := range []struct {
			what        string
			ours, usual func() error
		}{
			{"decode", func() error {
				return Decode(fleetType, text, new(fleet))
			}, func() error { return json.Unmarshal(text, new(fleet)) }},
			{"encode", func() error {
				_, err := Encode(fleetType, value)
				return err
			}, func() error { _, err := json.Marshal(value); return err }},
		} {
			count := func(work func() error) float64 {
				return testing.AllocsPerRun(20, func() {
					if err := work(); err != nil {
						t.Fatal(err)
					}
				})
			}
			ours, usual := count(each.ours), count(each.usual)
			t.Logf("%s of %d bytes: %.0f allocations, encoding/json %.0f",
				each.what, len(text), ours, usual)
			if ours > usual {
				t.Errorf("%s of %d bytes: %.0f allocations, encoding/json %.0f",
					each.what, len(text), ours, usual)
			}
		}
	}
}
