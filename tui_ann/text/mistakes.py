"""Sentences about well-known mistakes; {0} is the quantity that was asked for, {1} what the mistake is about."""

from __future__ import annotations

SENTENCES = {
    "new_weights": (
        "You went back with the new {1}. All gradients of an update are taken at the weights before it, so use the old "
        "{1}."
    ),
    "no_average": "The average over the batch is missing: divide by the number of examples n.",
    "double_average": "You divided by the number of examples twice; 1/n is taken once.",
    "no_two": "The 2 of the squared error is missing: the derivative of (ŷ − y)² is 2 (ŷ − y).",
    "extra_two": "There is a 2 too many: the ½ of ½(ŷ − y)² cancels it.",
    "half_squared_error": "That belongs to ½(ŷ − y)² summed over the outputs; this loss is the mean squared error.",
    "mean_squared_error": "That belongs to the mean squared error; this loss is ½(ŷ − y)².",
    "no_output_mean": "The mean over the outputs is missing: divide by their number.",
    "not_cancelled": (
        "You multiplied ŷ − y by the slope of the activation once more; with this loss it has cancelled already."
    ),
    "no_slope": "The slope of the activation is missing: multiply by {1}.",
    "diagonal_only": "A softmax needs its whole Jacobian {1}; you used the diagonal alone.",
    "output_for_slope": "You used the output of the activation where its slope {1} belongs.",
    "no_input": "The input of the layer is missing: ∂z/∂W is the input, and only ∂z/∂b is 1.",
    "undropped_input": "You used the signal before dropout; the layer receives the one after it.",
    "no_weights": "The weights are missing: going back through the layer multiplies by {1}ᵀ.",
    "untransposed": "You went back with {1}; it is {1}ᵀ that leads back.",
    "untransposed_weights": "You used {1}ᵀ; forwards it is {1}, a row for each neuron.",
    "no_mask": "The dropout mask {1} is missing.",
    "unscaled_mask": "Kept units are divided by the keep probability here; multiply by {1} as it stands.",
    "fixed_statistics": (
        "You took the mean and the variance for constants; they change with what is normalised, which adds two terms."
    ),
    "no_penalty": "The penalty is missing.",
    "no_two_penalty": "The 2 of the penalty is missing: the derivative of λ w² is 2 λ w.",
    "half_penalty": "There is no ½ in the penalty here.",
    "weights_for_sign": "The derivative of |w| is the sign of w, not w.",
    "wrong_sign": "The sign is wrong.",
    "no_bias": "The bias {1} is missing.",
    "bias_subtracted": "The bias {1} is added, not subtracted.",
    "no_activation": "That is the net input; the activation function is still to be applied.",
    "slope_for_output": "That is the slope of the activation; the function itself is asked for.",
    "sign_in_exponent": "The sign of the exponent is wrong: it is e⁻ᶻ.",
    "not_normalised": "Divide by the sum over the units, so that the outputs add up to 1.",
    "normalised_over_examples": "You divided by the sum over the examples; it goes over the units of one example.",
    "no_alpha": "Below 0 the function is not 0: α belongs there.",
    "sum_for_mean": "That is the sum; divide by the number of {1}.",
    "unbiased_variance": "You divided by the number of {1} less 1; the normalisation divides by their number.",
    "deviation_for_variance": "That is the standard deviation; its square is asked for.",
    "no_root": "Divide by the root of σ² + ε, not by σ² + ε itself.",
    "not_centred": "The mean has not been subtracted.",
    "no_epsilon": "ε is missing under the root.",
    "no_gamma": "γ is missing.",
    "no_beta": "β is missing.",
    "no_half": "The ½ of ½(ŷ − y)² is missing.",
    "no_square": "The square is missing.",
    "one_term_only": "The second term, (1 − y) ln(1 − ŷ), is missing.",
    "other_term_only": "The first term, y ln ŷ, is missing.",
    "decimal_logarithm": "You used the logarithm to base 10; it is the natural one, ln.",
    "net_input_for_output": "You put the net input z where the output a belongs.",
    "complement_only": "The factor a is missing: the slope of sigmoid is a(1 − a).",
    "uphill": "The sign is wrong: the parameter moves against its gradient, so the step is subtracted.",
    "no_eta": "The learning rate η is missing.",
    "only_change": "That is the step alone; the new value is the old one and the step.",
    "only_gradient": "That is the gradient; the new value is asked for.",
    "not_updated": "That is the old value.",
    "plain_step": "That is the step of plain gradient descent; this rule keeps a state that takes part in it.",
    "transposed": "Rows and columns are exchanged: {0} has the shape {1}.",
    "wrong_shape": "{0} has the shape {1}, your answer has {2}.",
    "rounded_early": "Close, but not to the decimals shown: it seems to have been rounded on the way.",
}
"""What to say, by code."""


NAMES = {
    "new_weights": "used the new weights",
    "no_average": "forgot 1/n",
    "double_average": "took 1/n twice",
    "no_two": "forgot the 2 of the squared error",
    "extra_two": "a 2 too many",
    "half_squared_error": "took ½(ŷ − y)²",
    "mean_squared_error": "took the mean squared error",
    "no_output_mean": "forgot the mean over the outputs",
    "not_cancelled": "took g′ once more",
    "no_slope": "forgot g′",
    "diagonal_only": "took the Jacobian's diagonal alone",
    "output_for_slope": "took a for g′",
    "no_input": "forgot the x",
    "undropped_input": "took the signal before dropout",
    "no_weights": "forgot the weights",
    "untransposed": "transposed",
    "untransposed_weights": "transposed",
    "transposed": "transposed",
    "no_mask": "forgot the mask",
    "unscaled_mask": "took the mask without its scale",
    "fixed_statistics": "took mean and variance for constants",
    "no_penalty": "forgot the penalty",
    "no_two_penalty": "forgot the 2 of the penalty",
    "half_penalty": "took half the penalty",
    "weights_for_sign": "took w for its sign",
    "wrong_sign": "wrong sign",
    "uphill": "wrong sign",
    "bias_subtracted": "wrong sign of the bias",
    "no_bias": "forgot the bias",
    "no_activation": "forgot g",
    "slope_for_output": "took g′ for g",
    "sign_in_exponent": "wrong sign of the exponent",
    "not_normalised": "forgot the sum of the softmax",
    "normalised_over_examples": "took the sum over the examples",
    "no_alpha": "forgot α",
    "no_half": "forgot the ½",
    "no_square": "forgot the square",
    "sum_for_mean": "forgot 1/n",
    "unbiased_variance": "divided by n − 1",
    "deviation_for_variance": "took the standard deviation",
    "no_root": "forgot the root",
    "not_centred": "forgot the mean",
    "no_epsilon": "forgot ε",
    "no_gamma": "forgot γ",
    "no_beta": "forgot β",
    "one_term_only": "forgot the second term",
    "other_term_only": "forgot the first term",
    "decimal_logarithm": "took the logarithm to base 10",
    "net_input_for_output": "took z for a",
    "complement_only": "forgot the factor a",
    "no_eta": "forgot η",
    "only_change": "gave the step alone",
    "only_gradient": "gave the gradient",
    "not_updated": "gave the old value",
    "plain_step": "forgot the state of the rule",
    "rounded_early": "rounded too early",
    "wrong_shape": "wrong shape",
    "wrong": "miscalculated",
}
"""Mistakes in a few words, for a score."""


def name_of(code: str) -> str:
    """A mistake in a few words.

    Raises:
        KeyError: If there is no such mistake.
    """
    return NAMES[code]


def sentence(code: str, *words: str) -> str:
    """The sentence about a mistake."""
    return SENTENCES[code].format(*words)
