// Package spell names the known key of a configuration that is nearest to one that is not known.
package spell
