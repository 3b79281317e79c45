// play_end.go: how calls end: what came against what the case wants.

package main

import (
	"fmt"
	"reflect"
	"strings"
)

func (p *play) endOf(name string) answer {
	one := p.wait("the end of "+name, func(one *event) bool {
		return one.kind == "ended" && one.said.Name == name
	})
	if p.calls[name] == nil {
		p.unseen-- // it went nowhere
	}
	p.running--
	return one.said
}

func (p *play) result(step *Step) {
	said := p.endOf(step.Name)
	if said.Error != nil {
		failf("instead of a result came %s", tellEnd(said))
	}
	result, unwritable := step.Result, ""
	if !step.Writable {
		result, unwritable = "", step.Result
	}
	p.compare(differ("unwritable", said.Unwritable, unwritable))
	p.compare(differ("result", said.Result, result))
}

func (p *play) failed(step *Step) {
	said, want := p.endOf(step.Name), step.Error
	if p.waits[step.Name] {
		said, want = sameWait(said, want)
	}
	p.compareFailure(said, want)
}

func (p *play) compareFailure(said answer, want *Failure) {
	if said.Error == nil {
		failf("instead of an error came %s", tellEnd(said))
	}
	p.compare(p.differFailure(*said.Error, *want))
}

func (p *play) differFailure(said, want Failure) string {
	details := p.compareDetails(&said, &want)
	if want.Has && strings.Contains(said.Text, want.Text) {
		said.Text = want.Text
	}
	said.HTTP, want.HTTP, want.Has = nil, nil, false
	if said == want {
		return details
	}
	var all []string
	got, wanted := reflect.ValueOf(said), reflect.ValueOf(want)
	for i := 0; i < got.NumField(); i++ {
		name := strings.ToLower(got.Type().Field(i).Name)
		one := differ(name, fmt.Sprint(got.Field(i)),
			fmt.Sprint(wanted.Field(i)))
		if one != "" {
			all = append(all, one)
		}
	}
	if details != "" {
		all = append(all, details)
	}
	return strings.Join(all, "; ")
}

func (p *play) compare(found string) {
	if found != "" {
		failf("%s", found)
	}
}
