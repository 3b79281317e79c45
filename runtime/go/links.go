// links.go: the sections of a service whose calls have lines of their own, and
// where a program sends them. It opens nothing.

package bell

import (
	"slices"
	"strings"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// chosenLink is where the calls of a section of the schema go.
type chosenLink struct {
	section, url, token string
	urls                []string
}

// hasRest tells whether a service has endpoints; alone: it has no rpc, and
// nothing is connected before it is used.
func hasRest(service *schema.Service) (some, alone bool) {
	alone = true
	for _, method := range service.Methods {
		some = some || method.Route != nil
		alone = alone && (method.Route != nil || method.Message != nil)
	}
	return some, alone && (some || len(service.Sockets) > 0)
}

// sectionOf is the section of the schema that a method is of, or its stream.
func sectionOf(method *schema.Method) string {
	switch {
	case method.Route != nil:
		return "rest"
	case method.Message != nil:
		return method.Message.Socket.Name
	}
	return "rpc"
}

const (
	tooManyURLs = "urls has more than 63"
	onlyRest    = "urls is for rest"
)

// name stands before what is wrong with what a link says itself.
func (l *chosenLink) name() string {
	if l.section == "" {
		return ""
	}
	return "links, " + l.section + ": "
}

func (l *chosenLink) wrong(known []string) string {
	switch {
	case !slices.Contains(known, l.section):
		return "links names one that the service does not have: " + l.section +
			" (it has: " + strings.Join(known, ", ") + ")"
	case l.section != "rest" && len(l.urls) > 0:
		return l.name() + onlyRest
	case len(l.urls) >= homesMost:
		return l.name() + tooManyURLs
	case tokenWrong(l.token) != "":
		return l.name() + tokenWrong(l.token)
	}
	return ""
}

// linksWrong says what is wrong with where the client is told to go; "":
// nothing.
func (c *Client) linksWrong() string {
	r := &c.options.rest
	known := c.sections()
	for i := range r.links {
		if wrong := r.links[i].wrong(known); wrong != "" {
			return wrong
		}
	}
	switch {
	case len(r.urls) > 0 && !slices.Contains(known, "rest"):
		return onlyRest
	case len(r.urls) >= homesMost:
		return tooManyURLs
	}
	return ""
}

// sections are those of the service that have lines of their own.
func (c *Client) sections() []string {
	var names []string
	some, alone := hasRest(c.service)
	if !alone {
		names = append(names, "rpc")
	}
	if some {
		names = append(names, "rest")
	}
	for _, each := range c.service.Sockets {
		names = append(names, each.Name)
	}
	return names
}

// linkOf is where the calls of a section go.
func (c *Client) linkOf(section string) *chosenLink {
	found := &chosenLink{url: c.url, token: c.token, urls: c.options.rest.urls}
	for _, each := range c.options.rest.links {
		if each.section == section && len(each.urls) > 0 {
			found = &each
		} else if each.section == section {
			found.url, found.token = each.url, each.token
		}
	}
	return found
}
