;;; What the user types in a line that is about to change: that change cannot be kept any more. -*- lexical-binding: t -*-
;; model: two
;; proves: stale
(edit "shapes.py")
(choose 4 "Singletree: document")
(wait-for-message "2 changes in shapes.py wait for Keep or Reject")
(goto-char (point-min))
(search-forward "radius * radius")
(insert "  # mine")
(goto-char (point-min))
(insert "# above\n")
(let ((typed (buffer-string)))
  (wait-for "the conflict" (cl-find "Reject (conflicts with your text)" (offered 8) :test #'string-prefix-p))
  (equals (cl-find "Keep: " (offered 8) :test #'string-prefix-p) nil "a change cannot be kept over what was typed")
  (singletree "keep")
  (wait-for "the other change" (string-match-p "scaled = " (buffer-string)))
  (choose 8 "Reject (conflicts with your text)")
  (wait-for "nothing to be left" (string-prefix-p "Singletree: " (car (offered 8))))
  (save)
  (equals (on-disk "shapes.py")
          (bytes (string-replace "    return [value * factor for value in values]\n"
                                 "    scaled = [factor * value for value in values]\n    return scaled\n" typed))
          "what was typed stays"))
