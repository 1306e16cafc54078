//! Whatever a turn says, and whatever the user types meanwhile, the file reads as the same conversation.
