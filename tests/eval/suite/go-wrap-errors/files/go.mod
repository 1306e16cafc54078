module example.org/task

go 1.21
