;;; Permission prompts: allowed once; the next one is rejected. -*- lexical-binding: t -*-
;; model: permission
;; proves: permission
(trust)
(edit "shapes.py")
(defvar asks nil "The questions that were put, newest first.")
(defvar answers '("Allow once" "Reject"))
(let ((completing-read-function
       (lambda (prompt choices &rest _)
         (push prompt asks)
         (car (all-completions (pop answers) choices)))))
  (eglot-execute (eglot-current-server)
                 (cl-find "Singletree: document" (eglot-code-actions (point) (point))
                          :key (lambda (action) (plist-get action :title)) :test #'equal))
  (wait-for "the first question" (string-match-p "touch first.txt" (or (car asks) "")))
  (wait-for "the model to be told" (>= (length (asked)) 2))
  (wait-for "the second question" (string-match-p "touch second.txt" (car asks)))
  (wait-for "the model to be told" (>= (length (asked)) 3)))
(unless (string-match-p "refused" (car (last (asked))))
  (fail "the model is not told: %s" (car (last (asked)))))
(wait-for-message "1 change in first.txt waits for Keep or Reject")
