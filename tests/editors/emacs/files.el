;;; A new file, another name for one and the end of a third: eglot can do none of it, so the server does when they are kept. -*- lexical-binding: t -*-
;; model: files
;; proves: files
(let ((text (on-disk "shapes.py")))
  (edit "billing/invoice.py")
  (choose 4 "Singletree: document")
  (wait-for-message "wait for Keep or Reject")
  (equals (list (on-disk "docs/plan.md") (on-disk "shapes.py")) (list nil text) "nothing happens before it is kept")
  (choose 4 "Keep: new file docs/plan.md")
  (wait-for "the new file" (equal (on-disk "docs/plan.md") (bytes "# Plan\n\n- é 🌳\n")))
  (choose 4 "Keep: delete broken.py")
  (wait-for "the deleted file to go" (not (on-disk "broken.py")))
  (choose 4 "Keep: rename shapes.py to geometry/shapes.py")
  (wait-for "the renamed file" (equal (on-disk "geometry/shapes.py") text))
  (equals (on-disk "shapes.py") nil "the old name is gone"))
