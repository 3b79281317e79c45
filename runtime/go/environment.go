// environment.go: variables that replace what is built in. Options and schemas
// come before them.

package bell

import (
	"os"
	"strconv"
	"strings"
	"time"
)

const secondsMost = 1000000000

// environment is what the variables say.
type environment struct {
	deadline  time.Duration // of calls for which nobody else says one
	levelMost Level         // more than this is not handed to the log
	callLevel Level         // of calls and good replies
}

func builtIn() environment {
	return environment{deadline: 30 * time.Second, levelMost: LevelDebug,
		callLevel: LevelDebug}
}

var levelWords = map[string]Level{"debug": LevelDebug, "info": LevelInfo,
	"warning": LevelWarn, "warn": LevelWarn, "error": LevelError}

var switchWords = map[string]Level{"true": LevelInfo, "1": LevelInfo,
	"false": LevelDebug, "0": LevelDebug}

// lowerASCII is alike in all languages: no letter beyond ASCII is folded.
func lowerASCII(text string) string {
	return strings.Map(func(letter rune) rune {
		if letter >= 'A' && letter <= 'Z' {
			return letter + 'a' - 'A'
		}
		return letter
	}, text)
}

func readSeconds(text string) (time.Duration, bool) {
	digits := strings.Trim(text, "0123456789") == ""
	seconds, err := strconv.ParseInt(text, 10, 64)
	good := digits && err == nil && seconds >= 1 && seconds <= secondsMost
	return time.Duration(seconds) * time.Second, good
}

// readEnvironment also says what is wrong with a variable, by its name, never
// its value; "": nothing. An empty one says nothing.
func readEnvironment() (environment, string) {
	const prefix = "CENTRIFUGO_"
	read := builtIn()
	good := true
	if value := os.Getenv(prefix + "ACK_TIMEOUT"); value != "" {
		if read.deadline, good = readSeconds(value); !good {
			return read, "$" + prefix +
				"ACK_TIMEOUT is not a number of seconds from 1 to 1000000000"
		}
	}
	if value := os.Getenv(prefix + "LOG_LEVEL"); value != "" {
		if read.levelMost, good = levelWords[lowerASCII(value)]; !good {
			return read, "$" + prefix +
				"LOG_LEVEL is not one of DEBUG, INFO, WARNING, ERROR"
		}
	}
	if value := os.Getenv(prefix + "LOG_ALL_CALLS"); value != "" {
		if read.callLevel, good = switchWords[lowerASCII(value)]; !good {
			return read, "$" + prefix + "LOG_ALL_CALLS is not true or false"
		}
	}
	return read, ""
}
