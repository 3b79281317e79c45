module github.com/bellpull/bellpull/examples/go/arcp

go 1.24

require github.com/bellpull/bellpull/runtime/go v0.0.0

require github.com/coder/websocket v1.8.15 // indirect

replace github.com/bellpull/bellpull/runtime/go => ../../../runtime/go
