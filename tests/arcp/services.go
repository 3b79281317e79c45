// services.go: the service of a whole server, for the runner of the corpus.

package main

import (
	bell "github.com/bellpull/bellpull/runtime/go"

	"bellpull.invalid/corpus/arcp"
)

var services = map[string]func(*command, []bell.Option) (any, *bell.Client){
	"arcp": func(one *command, options []bell.Option) (any, *bell.Client) {
		api := arcp.NewAPIClient(one.URL, one.Token, options...)
		return api, api.Client
	},
}

var getters = map[string]func(error) (string, bool){}
