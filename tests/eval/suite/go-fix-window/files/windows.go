// Package task slides over lists.
package task

// Windows returns every run of size neighbours.
func Windows(values []int, size int) [][]int {
	var windows [][]int
	for i := 0; i < len(values)-size; i++ {
		windows = append(windows, values[i:i+size])
	}
	return windows
}
