// Command bench prints the station's figures, measured from outside on the built binary: the simulated city, the
// station, and between them a relay that notes when each datagram passes; a headless Chromium where a figure ends in a
// browser.
//
//	city ──UDP──► relay (notes) ──UDP──► station ──WebSocket, WebRTC──► Chromium
//
// Each figure is one line, `name value unit aim AIM met|short`, after lines that begin with # and give its peer or its
// physical limit. `make bench BENCH=name` runs the figures whose name holds the word.
package main
