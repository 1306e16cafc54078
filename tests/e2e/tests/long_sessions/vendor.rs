//! The four wire formats, and the settings that make Singletree speak them.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vendor {
    OpenAiChat,
    Anthropic,
    OpenAiResponses,
    Gemini,
}

impl Vendor {
    pub(crate) const ALL: [Self; 4] = [Self::OpenAiChat, Self::Anthropic, Self::OpenAiResponses, Self::Gemini];

    fn kind(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai-chat",
            Self::Anthropic => "anthropic",
            Self::OpenAiResponses => "openai-responses",
            Self::Gemini => "gemini",
        }
    }

    /// Settings for a model of so large a window at `address`.
    pub(crate) fn settings(self, address: &str, window: u32) -> String {
        let path = match self {
            Self::Anthropic | Self::Gemini => "",
            Self::OpenAiChat | Self::OpenAiResponses => "/v1",
        };
        format!(
            "model = \"loop/scripted\"\n\
             [providers.loop]\nkind = \"{}\"\nbase_url = \"http://{address}{path}\"\napi_key_env = \"LOOP_KEY\"\n\
             [models.\"loop/scripted\"]\ncontext_window = {window}\nmax_output = 4000\n\
             [budget]\niterations = 300\n",
            self.kind()
        )
    }
}
