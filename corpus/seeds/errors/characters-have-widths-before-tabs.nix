# What a tab goes to depends on the width of each character: unassigned, private, combining, of Korean syllables.
throw "\ta͸\tb\tक़ा\tᅠᇿ\t㌀𲀀\t"
