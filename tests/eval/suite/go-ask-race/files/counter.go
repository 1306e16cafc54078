// Package task counts.
package task

import "sync"

type Counter struct {
	mutex sync.Mutex
	hits  map[string]int
}

func New() *Counter { return &Counter{hits: map[string]int{}} }

// Hit counts one request for a page.
func (c Counter) Hit(page string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.hits[page]++
}

// Hits is how often a page was asked for.
func (c *Counter) Hits(page string) int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.hits[page]
}
