// asked.go: a request of HTTP as the params of an endpoint: what the program
// meant, not how HTTP spells it.

package belltest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/bellpull/bellpull/runtime/go/internal/transport"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// readRequest finds the endpoint, of those whose route matches the one that
// says most, and the params of the call as JSON. Parts in which nothing is are
// left out.
func readRequest(service *schema.Service, x *transport.Exchange) (
	*schema.Method, []byte) {
	path, query, _ := strings.Cut(x.Target, "?")
	var best *schema.Method
	var values []string
	for _, method := range service.Methods {
		if method.Route == nil || method.Route.Verb != x.Verb {
			continue
		}
		found, fits := match(method.Route, path)
		if fits && (best == nil || weight(method.Route) > weight(best.Route)) {
			best, values = method, found
		}
	}
	members := []string{}
	put := func(name string, part any, isThere bool) {
		if isThere {
			members = append(members, `"`+name+`":`+string(text(part)))
		}
	}
	named := pathOf(best.Route, values)
	put("path", named, len(named) > 0)
	given, _ := url.ParseQuery(query)
	asked := partOf(best, "query", func(name string, _ bool) []string {
		return given[name]
	})
	put("query", asked, len(asked) > 0)
	said := partOf(best, "headers", func(name string, isList bool) []string {
		return headerOf(x.Header, name, isList)
	})
	put("headers", said, len(said) > 0)
	put("body", json.RawMessage(x.Body), len(x.Body) > 0)
	return best, []byte("{" + strings.Join(members, ",") + "}")
}

// match gives the parameters of a path, as they stand there, each as short as
// may be.
func match(route *schema.Route, path string) ([]string, bool) {
	var pattern strings.Builder
	pattern.WriteByte('^')
	for _, part := range route.Parts {
		pattern.WriteString(regexp.QuoteMeta(part.Text))
		if part.Field != "" {
			pattern.WriteString("([^/]+?)")
		}
	}
	pattern.WriteByte('$')
	found := regexp.MustCompile(pattern.String()).FindStringSubmatch(path)
	if found == nil {
		return nil, false
	}
	return found[1:], true
}

// headerOf is the value of a header; a list of words is one on the wire.
func headerOf(header http.Header, name string, isList bool) []string {
	said := header[http.CanonicalHeaderKey(name)]
	if len(said) > 0 && isList {
		return strings.Split(said[0], ", ")
	}
	return said
}

func weight(route *schema.Route) int {
	size := 0
	for _, part := range route.Parts {
		size += len(part.Text)
	}
	return size
}

func pathOf(route *schema.Route, values []string) object {
	made := object{}
	for _, part := range route.Parts {
		if part.Field != "" {
			plain, err := url.PathUnescape(values[0])
			if err != nil {
				plain = values[0]
			}
			made[part.Field] = plain
			values = values[1:]
		}
	}
	return made
}

// partOf is a part of the params whose members come as texts.
func partOf(method *schema.Method, part string,
	given func(name string, isList bool) []string) object {
	made := object{}
	for _, field := range fieldsOf(method, part) {
		kind := bare(field.Type)
		texts := given(field.Name, kind.Kind == schema.KindList)
		if len(texts) == 0 {
			continue
		}
		if kind.Kind != schema.KindList {
			made[field.Name] = valueOf(kind, texts[0])
			continue
		}
		list := []any{}
		for _, one := range texts {
			list = append(list, valueOf(bare(kind.Item), one))
		}
		made[field.Name] = list
	}
	return made
}

func fieldsOf(method *schema.Method, part string) []schema.Field {
	if method.Params != nil {
		for _, field := range method.Params.Fields {
			if field.Name == part {
				return bare(field.Type).Fields
			}
		}
	}
	return nil
}

// bare is the type behind a rule or an option.
func bare(kind *schema.Type) *schema.Type {
	for kind.Kind == schema.KindRuled || kind.Kind == schema.KindOption {
		kind = kind.Item
	}
	return kind
}

// valueOf is a text as JSON has it: for some types without quotes.
func valueOf(kind *schema.Type, said string) any {
	const numbered = schema.FlagSeconds | schema.FlagMilliseconds |
		schema.FlagNumber
	switch kind.Kind {
	case schema.KindBool, schema.KindInt32, schema.KindInt64,
		schema.KindUint32, schema.KindUint64, schema.KindFloat32,
		schema.KindFloat64:
	case schema.KindDuration, schema.KindDatetime, schema.KindDecimal:
		if kind.Flags&numbered == 0 {
			return said
		}
	default:
		return said
	}
	if json.Valid([]byte(said)) {
		return json.RawMessage(said)
	}
	return said
}
