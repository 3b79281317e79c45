// Package schema contains the tables with which generated code describes its
// types and methods. It does no reading or writing of values, and only
// generated code needs it.
package schema

import "reflect"

// TableVersion increases with every change in the layout or meaning of the
// tables. Generated code refers to TablesV6, which exists only in a runtime
// with that version.
const TableVersion = 6

// TablesV6 exists only in a runtime with tables of version 6.
const TablesV6 = TableVersion

// Kind is the kind of a value.
type Kind uint8

// The kinds, and the Go types of their values.
const (
	KindBool     Kind = iota + 1 // bool
	KindInt32                    // int32
	KindInt64                    // int64
	KindUint32                   // uint32
	KindUint64                   // uint64
	KindFloat32                  // float32
	KindFloat64                  // float64
	KindString                   // string
	KindJSON                     // json.RawMessage
	KindEnum                     // a string type
	KindRecord                   // a struct, its fields in the table's order
	KindUnion                    // an interface
	KindList                     // a slice
	KindMap                      // a map with string keys
	KindOption                   // a pointer; nil is null
	KindBytes                    // []byte
	KindDatetime                 // bell.DateTime
	KindDate                     // bell.Date
	KindDuration                 // time.Duration
	KindUUID                     // string
	KindDecimal                  // bell.Decimal
	KindRuled                    // the type of Item, with the constraints of Rule
)

// Flags of a type.
const (
	FlagClosed uint8 = 1 << iota // enum: an unknown text is an error
	// record: an unknown key or a violated rule is an error
	FlagStrict
	// record with a single field, for a result that is not a record
	FlagBare
	FlagSeconds      // duration: a number of seconds; datetime: since 1970
	FlagMilliseconds // the same: a number of milliseconds
	FlagNumber       // decimal: a number, not a string
	FlagByKind       // union: no tag, each variant is another kind of JSON
	// record: Item is the map that keeps members beside its fields, the struct's
	// last member
	FlagOthers
)

// Type is a type of a schema. Which members are set depends on the kind.
type Type struct {
	Kind     Kind
	Flags    uint8
	Name     string    // as in the schema, for messages
	Fields   []Field   // record: in declared order
	Values   []string  // enum
	Variants []Variant // union
	// union: a record of the fields that its variants share, or nil
	Shared  *Type
	Unknown reflect.Type // union: the struct of an unknown variant
	Item    *Type        // list, map, option, ruled; record: FlagOthers
	Rule    *Rule        // ruled
	Tag     string       // union: the discriminator's wire name, or ""
	// union: the wire name of the member that holds the variant, or ""
	Content string
}

// FieldState says whether a field may be left out or null.
type FieldState uint8

// The states of a field.
const (
	Required FieldState = iota // always there
	Optional                   // may be absent
	Nullable                   // may be null
	Either                     // may be both
)

// How says how a struct's member shows that a field is absent or null.
type How uint8

// The values of How.
const (
	Plain      How = iota // T: always present
	OmitEmpty             // T: the zero value is the default, and is left out
	Opted                 // bell.Opt[T]
	Pointer               // *T, or an interface; nil is absent or null
	ThreeState            // bell.Opt3[T]
)

// Field is one field of a record.
type Field struct {
	Name    string // on the wire
	State   FieldState
	How     How
	Type    *Type
	Default string // as JSON; "": none
}

// Variant is one variant of a union. Its Go type is a struct with the shared
// fields, followed by the value.
type Variant struct {
	Name string // the tag's text
	Type *Type
	Go   reflect.Type
}

// MethodError is a declared error of a method.
type MethodError struct {
	Code int
	Text string
	Data *Type // of the error's data; nil: none declared
}

// RoutePart is a part of a path: text as it is sent, then a parameter.
type RoutePart struct {
	Text  string // percent-encoded; may be ""
	Field string // the parameter's name in the params' path; "": none
}

// Route says how a call of rest becomes an HTTP request. What it sends besides
// its path is in the members path, query, headers and body of the params.
type Route struct {
	Verb        string // "GET"
	Path        string // as in the schema, for messages
	Parts       []RoutePart
	Bearer      bool         // shows a token
	Text        bool         // the reply's body is the result, as it is
	Roles       []string     // whose token is shown, the preferred first; then ""
	Sets        []RouteToken // tokens that the result brings
	Clears      []string     // roles whose tokens success forgets; "" is one too
	Fingerprint string       // the header with the client's id; "": none
	Login       *Method      // called first if the params have its params
}

// RouteToken is a token that a result brings.
type RouteToken struct {
	Role string // "": the default
	Name string // the result's member, on the wire
}

// Method is one remote procedure.
type Method struct {
	Name       string
	Params     *Type // a record; nil: {} is sent
	Result     *Type // nil: the reply's value is ignored
	DeadlineMs int64 // 0: not in the schema; -1: none
	Idempotent bool
	NoReply    bool // the call ends when it is sent: there is no reply
	Errors     []MethodError
	Route      *Route   // of a call of rest; else nil
	Message    *Message // of a call of messages or a stream; else nil
}

// Service is the table of a service.
type Service struct {
	Name     string
	Version  string
	Contract string   // hash of the checked schema: 16 hex digits
	Roles    []string // of tokens, without the default
	Methods  []*Method
	Sockets  []*Socket
	Streams  []*Stream
}

// Method returns the method with that wire name, or nil.
func (s *Service) Method(name string) *Method {
	for _, method := range s.Methods {
		if method.Name == name {
			return method
		}
	}
	return nil
}

// The scalars, for tables of generated code.
var (
	TableBool            = &Type{Kind: KindBool, Name: "bool"}
	TableInt32           = &Type{Kind: KindInt32, Name: "int32"}
	TableInt64           = &Type{Kind: KindInt64, Name: "int64"}
	TableUint32          = &Type{Kind: KindUint32, Name: "uint32"}
	TableUint64          = &Type{Kind: KindUint64, Name: "uint64"}
	TableFloat32         = &Type{Kind: KindFloat32, Name: "float32"}
	TableFloat64         = &Type{Kind: KindFloat64, Name: "float64"}
	TableString          = &Type{Kind: KindString, Name: "string"}
	TableJson            = &Type{Kind: KindJSON, Name: "json"}
	TableBytes           = &Type{Kind: KindBytes, Name: "bytes"}
	TableDatetime        = &Type{Kind: KindDatetime, Name: "datetime"}
	TableDatetimeSeconds = &Type{Kind: KindDatetime, Flags: FlagSeconds,
		Name: "unix_seconds"}
	TableDatetimeMilliseconds = &Type{Kind: KindDatetime, Flags: FlagMilliseconds,
		Name: "unix_milliseconds"}
	TableDate            = &Type{Kind: KindDate, Name: "date"}
	TableDuration        = &Type{Kind: KindDuration, Name: "duration"}
	TableDurationSeconds = &Type{Kind: KindDuration, Flags: FlagSeconds,
		Name: "seconds"}
	TableDurationMilliseconds = &Type{Kind: KindDuration, Flags: FlagMilliseconds,
		Name: "milliseconds"}
	TableUuid          = &Type{Kind: KindUUID, Name: "uuid"}
	TableDecimal       = &Type{Kind: KindDecimal, Name: "decimal"}
	TableDecimalNumber = &Type{Kind: KindDecimal, Flags: FlagNumber,
		Name: "number"}
)

// GoType returns the Go type of a variant.
func GoType[T any]() reflect.Type { return reflect.TypeOf((*T)(nil)).Elem() }
