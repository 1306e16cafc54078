;;; What the scenarios share: waiting for events, choosing code actions as a user does. -*- lexical-binding: t -*-
(require 'cl-lib)
(setq make-backup-files nil create-lockfiles nil auto-save-default nil debug-on-error nil)
(load (expand-file-name ".emacs.d/init" (getenv "HOME")) nil t)
(require 'eglot)
;; In batch there is no keyboard, and Emacs would take that for a menu opened with the mouse.
(setq last-nonmenu-event t)

(defvar workspace (getenv "TEST_WORKSPACE"))
(defvar said nil "What the server has told the user, newest first.")
(defvar progress nil "The kinds of progress so far, newest first, each with its message.")

(cl-defmethod eglot-handle-notification :before
  (_server (_method (eql window/showMessage)) &key message &allow-other-keys)
  (push message said))

(cl-defmethod eglot-handle-notification :before (_server (_method (eql $/progress)) &key value &allow-other-keys)
  (push (list (plist-get value :kind) (plist-get value :message)) progress))

(defun fail (format &rest arguments)
  (error "%s; the server has said %S" (apply #'format format arguments) said))

(defun tell-changes ()
  "What Emacs does as soon as it is idle, which it never is in batch."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (and (bound-and-true-p eglot--managed-mode) (eglot-current-server))
        (eglot--signal-textDocument/didChange)))))

(defmacro wait-for (what &rest condition)
  "Waits until CONDITION holds; events are processed meanwhile."
  (declare (indent 1))
  `(let ((deadline (+ (float-time) 20)) holds)
     (while (not (or (setq holds (progn ,@condition)) (> (float-time) deadline)))
       (tell-changes)
       (accept-process-output nil 0.02))
     (unless holds (fail "waited in vain for %s" ,what))
     holds))

(defun path (name)
  (expand-file-name name workspace))

(defun edit (name)
  "Opens a file of the workspace, with the server."
  (find-file (path name))
  (unless (eglot-current-server)
    (apply #'eglot--connect (eglot--guess-contact)))
  (wait-for "the server" (eglot-current-server)))

(defun on-disk (name)
  "The bytes of a file; nil if there is none."
  (when (file-exists-p (path name))
    (with-temp-buffer
      (set-buffer-multibyte nil)
      (insert-file-contents-literally (path name))
      (buffer-string))))

(defun bytes (text)
  (encode-coding-string text 'utf-8-unix))

(defun equals (got want what)
  (unless (equal got want)
    (fail "%s: want %S, got %S" what want got)))

(defun save ()
  (let ((inhibit-message t)) (save-buffer)))

(defun answering (title action)
  "Calls ACTION; its question is answered with the first choice that begins with TITLE. Returns all, or nil if none does."
  (let* (offered
         (completing-read-function
          (lambda (_prompt choices &rest _)
            (setq offered (all-completions "" choices))
            (or (cl-find title offered :test #'string-prefix-p) (signal 'quit nil)))))
    (condition-case nil (progn (funcall action) offered) (quit nil))))

(defun offered (line)
  "The titles of the code actions at LINE."
  (goto-char (point-min))
  (forward-line (1- line))
  (back-to-indentation)
  (mapcar (lambda (action) (plist-get action :title)) (eglot-code-actions (point) (point))))

(defun choose (line title)
  "Takes the code action that begins with TITLE at LINE: asks again and again until there is one."
  (wait-for title (cl-find title (offered line) :test #'string-prefix-p))
  (answering title (lambda () (call-interactively #'eglot-code-actions))))

(defun wait-for-message (pattern)
  (wait-for pattern (cl-some (lambda (message) (string-match-p pattern message)) said)))

(defun trust ()
  (unless (zerop (call-process "singletree" nil nil nil "trust" workspace))
    (fail "singletree trust failed")))

(defun asked ()
  "The requests that the model was sent, a line each."
  (with-temp-buffer
    (insert-file-contents (expand-file-name "asked" (getenv "FOLDER")))
    (split-string (buffer-string) "\n" t)))
