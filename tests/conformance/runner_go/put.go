// put.go: puts into a value what JSON cannot say. It knows the tables alone.

package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// put goes to the path, as an error would spell it, and puts there what the
// driver's words mean. What is reached by an interface or a map is copied,
// changed and put back.
func put(t *schema.Type, value reflect.Value, path, what string) error {
	for t.Kind == schema.KindRuled {
		t = t.Item
	}
	if t.Kind == schema.KindOption {
		if value.IsNil() {
			return fmt.Errorf("null is in the way of %s", path)
		}
		return put(t.Item, value.Elem(), path, what)
	}
	if path == "" {
		return putWhat(t, value, what)
	}
	if strings.HasPrefix(path, "[") {
		return putInside(t, value, path, what)
	}
	path = strings.TrimPrefix(path, ".")
	size := strings.IndexAny(path, ".[")
	if size < 0 {
		size = len(path)
	}
	return putMember(t, value, path[:size], path[size:], what)
}

// putInside goes to an item: [3], or to a map's value: ["key"].
func putInside(t *schema.Type, value reflect.Value, path, what string) error {
	if key, rest, found := strings.Cut(path, `"]`); found && path[1] == '"' {
		name := reflect.ValueOf(key[2:]).Convert(value.Type().Key())
		entry := value.MapIndex(name)
		if !entry.IsValid() {
			return fmt.Errorf("no entry %s", key[2:])
		}
		changed := copied(entry)
		err := put(t.Item, changed, rest, what)
		value.SetMapIndex(name, changed)
		return err
	}
	digits, rest, _ := strings.Cut(path[1:], "]")
	index, err := strconv.Atoi(digits)
	if err != nil || t.Kind != schema.KindList || index >= value.Len() {
		return fmt.Errorf("no item %s", digits)
	}
	return put(t.Item, value.Index(index), rest, what)
}

func copied(value reflect.Value) reflect.Value {
	changed := reflect.New(value.Type()).Elem()
	changed.Set(value)
	return changed
}

func putMember(t *schema.Type, value reflect.Value, name, rest,
	what string) error {
	if t.Kind == schema.KindUnion {
		return putVariant(t, value, name, rest, what)
	}
	for i, field := range t.Fields {
		if field.Name == name {
			return put(field.Type, fieldOf(&field, value.Field(i)), rest, what)
		}
	}
	if t.Flags&schema.FlagOthers != 0 && name == "others" {
		return put(t.Item, value.Field(len(t.Fields)), rest, what)
	}
	return fmt.Errorf("no member %s", name)
}

// fieldOf is the value in a struct's member.
func fieldOf(field *schema.Field, member reflect.Value) reflect.Value {
	switch {
	case field.How == schema.Opted || field.How == schema.ThreeState:
		return member.FieldByName("Value")
	case member.Kind() == reflect.Pointer:
		return member.Elem()
	}
	return member
}

// putVariant goes to a member of a union's variant: a shared one, the content,
// or one of the variant's own.
func putVariant(t *schema.Type, value reflect.Value, name, rest,
	what string) error {
	inside := value.Elem()
	pointed := inside.Kind() == reflect.Pointer
	if pointed {
		inside = inside.Elem()
	}
	changed := copied(inside)
	for _, variant := range t.Variants {
		if variant.Go != changed.Type() {
			continue
		}
		err := putInVariant(t, &variant, changed, name, rest, what)
		if pointed {
			changed = changed.Addr()
		}
		value.Set(changed)
		return err
	}
	return fmt.Errorf("no variant of %s", t.Name)
}

func putInVariant(t *schema.Type, variant *schema.Variant, value reflect.Value,
	name, rest, what string) error {
	if t.Shared != nil {
		for i, field := range t.Shared.Fields {
			if field.Name == name {
				return put(field.Type, fieldOf(&field, value.Field(i)), rest,
					what)
			}
		}
	}
	last := value.Field(value.NumField() - 1)
	if t.Content != "" {
		return put(variant.Type, last, rest, what)
	}
	return putMember(variant.Type, last, name, rest, what)
}

func putWhat(t *schema.Type, value reflect.Value, what string) error {
	if text, found := strings.CutPrefix(what, "text:"); found {
		return putText(value, text)
	}
	if key, found := strings.CutPrefix(what, "key:"); found {
		return putKey(t, value, key)
	}
	switch what {
	case "unset":
		value.SetZero()
		return nil
	case "bad-text":
		return putText(value, "\xff")
	case "bad-key":
		return putKey(t, value, "\xff")
	}
	number, err := strconv.ParseFloat(what, 64) // also nan and infinity
	if err != nil || !value.CanFloat() {
		return fmt.Errorf("%s cannot be put there", what)
	}
	value.SetFloat(number)
	return nil
}

func putText(value reflect.Value, text string) error {
	if value.Kind() != reflect.String {
		return fmt.Errorf("no text can be put there")
	}
	value.SetString(text)
	return nil
}

func putKey(t *schema.Type, value reflect.Value, key string) error {
	if t.Kind != schema.KindMap || value.Len() != 1 {
		return fmt.Errorf("a map of one entry is wanted")
	}
	old := value.MapKeys()[0]
	entry := value.MapIndex(old)
	value.SetMapIndex(old, reflect.Value{})
	value.SetMapIndex(reflect.ValueOf(key).Convert(old.Type()), entry)
	return nil
}
