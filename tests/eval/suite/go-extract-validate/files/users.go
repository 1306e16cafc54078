// Package task keeps users.
package task

import "errors"

var ErrName = errors.New("a name has 1 to 20 characters")

type User struct{ Name string }

func Create(name string) (*User, error) {
	if name == "" || len(name) > 20 {
		return nil, ErrName
	}
	return &User{Name: name}, nil
}

func (u *User) Rename(name string) error {
	if name == "" || len(name) > 20 {
		return ErrName
	}
	u.Name = name
	return nil
}
