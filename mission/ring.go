package mission

// ring keeps the newest keepEnded values in the order they came.
type ring[K comparable, V any] struct {
	order []K
	byKey map[K]V
}

// put stores a value and says which key it pushed out, if any.
func (r *ring[K, V]) put(key K, value V) (pushed K, ok bool) {
	if r.byKey == nil {
		r.byKey = map[K]V{}
	}
	if _, have := r.byKey[key]; !have {
		r.order = append(r.order, key)
	}
	r.byKey[key] = value
	if len(r.order) > keepEnded {
		pushed, ok = r.order[0], true
		r.order = r.order[1:]
		delete(r.byKey, pushed)
	}
	return pushed, ok
}

func (r *ring[K, V]) get(key K) V { return r.byKey[key] }

func (r *ring[K, V]) has(key K) bool {
	_, ok := r.byKey[key]
	return ok
}
