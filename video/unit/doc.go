// Package unit holds what a camera's stream is made of once its packets are joined: access units with their clocks.
// A recorder, an HLS writer and an exporter read these; viewers that pass packets on do not. It holds the one kind of refusal
// of all of them too.
package unit
