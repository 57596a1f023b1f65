"""The activity form of one year: fields, the form, its layout and its page."""
