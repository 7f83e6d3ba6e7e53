// Package rig gives tests what pictures need: the simulator's cameras and a relay with real sockets, and the end of a
// browser that watches. Everything ends with the test.
package rig
