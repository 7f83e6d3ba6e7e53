package city

import "groundstation/internal/geo"

// Streets of the grid lie Block metres apart and reach Edge metres from the centre.
const (
	Block = 1800.0
	Edge  = half
)

// Street is the place of x metres east and y metres north of the centre on the straight grid. The large streets run where
// x or y is a whole number of blocks from the edge.
func Street(x, y float64) geo.LatLon {
	p := bent(x, y)
	return geo.LatLon{Lat: p[1], Lon: p[0]}
}
