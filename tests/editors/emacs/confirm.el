;;; eglot cannot ask hunk by hunk before it applies an edit: in mode `confirm' the changes are staged as ever. -*- lexical-binding: t -*-
;; model: two
;; proves: confirm
(setenv "SINGLETREE_REVIEW_MODE" "confirm")
(edit "shapes.py")
(let ((text (buffer-string)))
  (choose 4 "Singletree: document")
  (wait-for-message "2 changes in shapes.py wait for Keep or Reject")
  (equals (buffer-string) text "nothing is made")
  (choose 7 "Keep: ")
  (wait-for "what was kept" (string-match-p "radius\\*\\*2" (buffer-string))))
