;;; CRLF, characters outside of the basic plane and a last line without an end, in eglot's UTF-32: every saved byte. -*- lexical-binding: t -*-
;; model: wide
;; proves: encodings
(let ((coding-system-for-write 'utf-8-dos))
  (write-region "def f(x):\n    return x\n# 🌳𝒳 é" nil (path "wide.py") nil 'quiet))
(edit "wide.py")
(setq-local require-final-newline nil)
(choose 1 "Singletree: document")
(wait-for-message "2 changes in wide.py wait for Keep or Reject")
(choose 3 "Keep: ")
(wait-for "the last line" (string-match-p "LAST = '𝒳'" (buffer-string)))
(choose 2 "Keep: ")
(wait-for "the other one" (string-match-p "return x \\+ '🌳'" (buffer-string)))
(save)
(equals (on-disk "wide.py") (bytes "def f(x):\r\n    return x + '🌳'\r\n# 🌳𝒳 é kept\r\nLAST = '𝒳'") "every byte")
