// rest_login.go: a call that another one goes before, which brings its token.
// It knows no socket.

package bell

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// logIn makes the call that goes before; both have one deadline.
func (c *Client) logIn(ctx context.Context, one *tries) error {
	before := one.before
	err := before.run(ctx)
	if err == nil {
		brought := tokensOf(before.method)
		err = named(decodeWithin(brought.table, before.got.Answer,
			reflect.New(brought.of).Interface(), "result", c.options.limits),
			before.method.Name)
	}
	if err != nil {
		return loginError(err, before.method.Name, one.method.Name)
	}
	brought := c.takeTokens(before)
	for _, role := range append(one.method.Route.Roles, "") {
		if one.request.token == "" {
			one.request.token = brought[role]
		}
	}
	return nil
}

// loginError is how a call ends whose login failed: nothing of it was sent.
func loginError(err error, login, method string) error {
	switch known := err.(type) {
	case *RPCError:
		known.Method, known.Sent = method, SentNo
		known.Message = login + ": " + known.Message
	case *Error:
		known.Method, known.Sent = method, SentNo
		if known.Status == StatusCancelled {
			known.Message = method + " was cancelled"
		} else if !strings.HasPrefix(known.Message, login+":") {
			known.Message = login + ": " + known.Message
		}
	}
	return err
}

// takeTokens does what success means for tokens, and gives those that came.
func (c *Client) takeTokens(one *tries) map[string]string {
	route := one.method.Route
	if len(route.Clears) > 0 {
		c.tokens.forget(route.Clears...)
	}
	if len(route.Sets) == 0 {
		return nil
	}
	members := membersOf(one.got.Answer, c.options.limits.depth())
	brought := map[string]string{}
	for _, set := range route.Sets {
		text := textOf(members[set.Name])
		if text != "" && !strings.ContainsFunc(text, isNoBearer) {
			brought[set.Role] = text
			c.tokens.answer(set.Role, text, false)
		}
	}
	return brought
}

// ---- What a login brings ----------------------------------------------------

// brings is a result as far as it has tokens: nobody asks for the rest of it.
type brings struct {
	table *schema.Type
	of    reflect.Type
}

var allBrings sync.Map // of *brings, by method

var textTypes = map[schema.How]reflect.Type{
	schema.Plain:      reflect.TypeFor[string](),
	schema.OmitEmpty:  reflect.TypeFor[string](),
	schema.Opted:      reflect.TypeFor[Opt[string]](),
	schema.Pointer:    reflect.TypeFor[*string](),
	schema.ThreeState: reflect.TypeFor[Opt3[string]](),
}

func tokensOf(method *schema.Method) *brings {
	if made, found := allBrings.Load(method); found {
		return made.(*brings)
	}
	table := *method.Result
	table.Fields, table.Item = nil, nil
	table.Flags &^= schema.FlagStrict | schema.FlagOthers
	var members []reflect.StructField
	for _, field := range method.Result.Fields {
		for _, set := range method.Route.Sets {
			if set.Name == field.Name {
				table.Fields = append(table.Fields, field)
				members = append(members, reflect.StructField{
					Name: "T" + strconv.Itoa(len(members)),
					Type: textTypes[field.How]})
				break
			}
		}
	}
	made, _ := allBrings.LoadOrStore(method,
		&brings{&table, reflect.StructOf(members)})
	return made.(*brings)
}
