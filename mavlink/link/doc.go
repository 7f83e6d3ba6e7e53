// Package link holds the shells that carry MAVLink: UDP and TCP, as server and as client, and serial lines. They move
// bytes and hold no rules of flight; what a link hears is given to a Sink as whole frames with their mavlink.Source.
//
//	udp-server  one socket, any number of peers; a source is the peer's address
//	udp-client  speaks first to one address, which is looked up anew when it falls silent
//	tcp-server  any number of connections, up to a bound; a source is the peer's address
//	tcp-client  ┐ one connection, opened again with back-off; its source has no address,
//	serial      ┘ as it is whoever is at the other end
//
// A stream's frames are found by mavlink.Splitter. Write never waits: a datagram goes to the kernel, a connection has a
// bounded queue, of which the oldest frames are dropped when it is full, and whatever is older than queueAge: an order
// from long ago must not be the next thing a vehicle hears. A peer that takes nothing for writeTime loses its connection.
package link
