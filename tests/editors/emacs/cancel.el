;;; A turn whose model never ends is shown while it runs, and stopped from the menu. -*- lexical-binding: t -*-
;; model: held
;; proves: cancel, progress
(edit "shapes.py")
(choose 4 "Singletree: document")
(wait-for "progress" (member '("report" "writing") progress))
(choose 4 "Singletree: stop “document”")
(wait-for-message "stopped; nothing is proposed")
(equals (car progress) '("end" "stopped") "progress says how it ended")
(wait-for "the model's connection to be closed" (string-match-p "closed" (car (last (asked)))))
(equals (cl-remove-if-not (lambda (title) (string-prefix-p "Singletree: stop" title)) (offered 4)) nil
        "a turn that was stopped cannot be stopped again")

;; Without the menu.
(choose 4 "Singletree: document")
(wait-for "the answer" (>= (length (asked)) 3))
(singletree "stop")
(wait-for "the end" (>= (cl-count "end" progress :key #'car :test #'equal) 2))
