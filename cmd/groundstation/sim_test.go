package main

import (
	"testing"

	"github.com/alecthomas/kong"
)

// TestSimByItself: the city runs without a word of its own, so that what starts it goes on as it is.
func TestSimByItself(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"sim"}, "sim city"},
		{[]string{"sim", "--config", "sim.toml", "--port-base", "0"}, "sim city"},
		{[]string{"sim", "city", "--station", "127.0.0.1:1"}, "sim city"},
		{[]string{"sim", "conform", "udp:127.0.0.1:1", "--motors", "--json"}, "sim conform <endpoint>"},
	} {
		var flags cli
		parser, err := kong.New(&flags)
		if err != nil {
			t.Fatal(err)
		}
		ctx, err := parser.Parse(c.args)
		if err != nil || ctx.Command() != c.want {
			t.Errorf("%q is %v, %v, want %q", c.args, ctx, err, c.want)
		}
	}
}
