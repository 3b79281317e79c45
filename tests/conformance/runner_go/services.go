// services.go: the services of the corpus, as their generated clients.

package main

import (
	"encoding/json"

	bell "github.com/bellpull/bellpull/runtime/go"

	"bellpull.invalid/corpus/kinds"
	"bellpull.invalid/corpus/plain"
	"bellpull.invalid/corpus/web"
)

// services make a client: the generated one, and what it is made of.
var services = map[string]func(*command, []bell.Option) (any, *bell.Client){
	"kinds": func(one *command, options []bell.Option) (any, *bell.Client) {
		api := kinds.NewAPIClient(one.URL, one.Token, one.User, options...)
		return api, api.Client
	},
	"plain": func(one *command, options []bell.Option) (any, *bell.Client) {
		api := plain.NewAPIClient(one.URL, one.Token, one.User, options...)
		return api, api.Client
	},
	"web": func(one *command, options []bell.Option) (any, *bell.Client) {
		api := web.NewAPIClient(one.URL, one.Token, options...)
		return api, api.Client
	},
}

// getters are the generated functions for the data of declared errors.
var getters = map[string]func(error) (string, bool){
	"Refusal": func(err error) (string, bool) {
		data, found := kinds.ErrorNotFound(err)
		if !found {
			return "", false
		}
		text, wrong := json.Marshal(data)
		return string(text), wrong == nil
	},
	"Problem": func(err error) (string, bool) {
		data, found := web.ErrorNoItem(err)
		if !found {
			return "", false
		}
		text, wrong := json.Marshal(data)
		return string(text), wrong == nil
	},
	"Denied": func(err error) (string, bool) {
		data, found := web.ErrorTaken(err)
		if !found {
			return "", false
		}
		text, wrong := json.Marshal(data)
		return string(text), wrong == nil
	},
}
