//! What each command asks of a model, in words. The machine-readable request is the task block before it.

use base::CommandName;

pub(crate) fn instruction_for(command: CommandName) -> &'static str {
    match command {
        CommandName::Ask => {
            "Answer the question in the task block. Read what you need to be sure; change nothing. Name the files and \
             lines that your answer rests on."
        }
        CommandName::Edit => {
            "Do what the task block says, at its place. If the words and the place disagree, follow the words. \
             Update what the change breaks elsewhere in the project, such as callers, and say so."
        }
        CommandName::Explain => {
            "Explain the code at the place: what it is for, how it works, where it is used, and what a reader would \
             trip over. Change nothing. Do not retell it line by line."
        }
        CommandName::Fix => {
            "Fix the cause of the diagnostics in the task block with the smallest change that is right. Do not silence \
             a diagnostic or weaken a test or a type to be rid of it. If there is no diagnostic, find the defect at the \
             place first; if there is none, say so and change nothing."
        }
        CommandName::Document => {
            "Write the documentation comment of the symbol at the place, in the language's own form and the project's \
             style: what it does, its parameters, what it returns, how it fails, where these are not plain from its \
             signature. Replace a comment that is there if it is wrong or lacking. Change no code."
        }
        CommandName::Test => {
            "Write tests for the symbol at the place, in the file and framework where the project tests such code: the \
             normal case, the edges, the errors. Each test must be able to fail. Do not change the code under test; if \
             it looks wrong, say so."
        }
        CommandName::Refactor => {
            "Improve the structure of the code at the place without changing what it does, as the task block says or, \
             without words, where it gains most. Keep its public interface unless the words ask otherwise; update all \
             callers if it changes."
        }
        CommandName::Complete => {
            "Complete what is unfinished at the place: the TODO, the stub, the missing branch. Take the intent from its \
             comment, name, signature and callers. If the intent cannot be known, ask instead of guessing, and change \
             nothing."
        }
        CommandName::Optimize => {
            "Make the code at the place do exactly the same with less time or memory. Find what costs most first: the \
             complexity, what is done again and again, copies, needless allocation, blocking. Change only what gains \
             noticeably, keep it readable, and say for each change what it saves and why. If nothing is worth it, say so \
             and change nothing."
        }
        CommandName::Review => {
            "Review the code at the place or, where the task names no file, all that is not committed (`git` with `diff \
             HEAD`, and what `status` calls untracked). Look for defects: wrong results, unhandled cases and failures, \
             races, leaks, security, broken callers. Read what you need to be sure of each. Answer with the findings, \
             the worst first, each one as `path:line`, what goes wrong and when, and what would mend it; leave out \
             matters of taste. If you find nothing, say what you looked at. Change nothing."
        }
        CommandName::CommitMessage => {
            "Write the message of a commit for what is staged (`git` with `diff --cached`) or, where nothing is staged, \
             for all that is not committed (`diff HEAD`, and what `status` calls untracked). Follow the form of the last \
             messages (`log -8`): a first line of at most 72 characters that says what changes for whom, then, where it \
             is not plain from that, why. Your answer is the message alone: no introduction, no code fence, no quotes. \
             Change nothing."
        }
    }
}
