package task

import "testing"

func TestTheLastWindowIsThere(t *testing.T) {
	windows := Windows([]int{1, 2, 3}, 2)
	if len(windows) != 2 || windows[1][1] != 3 {
		t.Fatalf("got %v", windows)
	}
}
