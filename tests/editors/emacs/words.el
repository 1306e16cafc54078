;;; An instruction in a comment, run where it stands, and an answer in words, opened. -*- lexical-binding: t -*-
;; model: ask
;; proves: comment, prose
(trust)
(edit "shapes.py")
(goto-char (point-min))
(forward-line 6)
(insert "    # singletree: use the power operator\n")
(choose 7 "Singletree: do it: use the power operator")
(wait-for-message "1 change in shapes.py waits for Keep or Reject")
(unless (string-match-p "use the power operator" (car (asked)))
  (fail "the model was not told"))
(let ((file (current-buffer)))
  (choose 4 "Singletree: explain")
  (wait-for "the answer"
    (cl-find-if (lambda (buffer) (string-match-p "\\.md\\'" (or (buffer-file-name buffer) ""))) (buffer-list)))
  (equals (current-buffer) file "the focus stays")
  (wait-for "its text"
    (cl-some (lambda (buffer) (with-current-buffer buffer (string-match-p "^# Circles" (buffer-string)))) (buffer-list))))
