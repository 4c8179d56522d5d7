"""Sentences about common mistakes; {0} is the quantity asked for, {1} what the mistake is about."""

from __future__ import annotations

SENTENCES = {
    "new_weights": (
        "You used the new {1}. All gradients of an update are computed with the weights before it, so use the old {1}."
    ),
    "no_average": "The average over the batch is missing: divide by the number of examples n.",
    "double_average": "You divided by the number of examples twice; divide once.",
    "no_two": "The 2 of the squared error is missing: the derivative of (ŷ − y)² is 2 (ŷ − y).",
    "extra_two": "There is one 2 too many: the ½ of ½(ŷ − y)² cancels it.",
    "half_squared_error": "That is for ½(ŷ − y)² summed over the outputs; this loss is the mean squared error.",
    "mean_squared_error": "That is for the mean squared error; this loss is ½(ŷ − y)².",
    "no_output_mean": "The mean over the outputs is missing: divide by their number.",
    "not_cancelled": ("You multiplied ŷ − y by the slope of the activation again; with this loss it cancels."),
    "no_slope": "The slope of the activation is missing: multiply by {1}.",
    "diagonal_only": "A softmax needs its whole Jacobian {1}; you used only the diagonal.",
    "output_for_slope": "You used the output of the activation instead of its slope {1}.",
    "no_input": "The input of the layer is missing: ∂z/∂W is the input, and only ∂z/∂b is 1.",
    "undropped_input": "You used the signal before dropout; the layer gets the signal after it.",
    "no_weights": "The weights are missing: the backward pass multiplies by {1}ᵀ.",
    "no_factor": "The factor {1} is missing: the chain rule multiplies by it.",
    "untransposed": "You multiplied by {1}; the backward pass multiplies by {1}ᵀ.",
    "untransposed_weights": "You used {1}ᵀ; the forward pass uses {1}, with one row for each neuron.",
    "no_mask": "The dropout mask {1} is missing.",
    "unscaled_mask": "Units that stay are divided by the keep probability; multiply by {1}, which includes that.",
    "fixed_statistics": (
        "You treated the mean and the variance as constants; they depend on the values, which adds two terms."
    ),
    "no_penalty": "The penalty is missing.",
    "no_two_penalty": "The 2 of the penalty is missing: the derivative of λ w² is 2 λ w.",
    "half_penalty": "There is no ½ in the penalty here.",
    "weights_for_sign": "The derivative of |w| is the sign of w, not w.",
    "wrong_sign": "The sign is wrong.",
    "no_bias": "The bias {1} is missing.",
    "bias_subtracted": "The bias {1} is added, not subtracted.",
    "no_activation": "That is the net input; apply the activation function to it.",
    "slope_for_output": "That is the slope of the activation; the question is about the function itself.",
    "sign_in_exponent": "The sign of the exponent is wrong: it is e⁻ᶻ.",
    "not_normalised": "Divide by the sum over the units, so that the outputs add up to 1.",
    "normalised_over_examples": "You divided by the sum over the examples; the sum is over the units of one example.",
    "no_alpha": "Below 0 the function is not 0: it has α there.",
    "sum_for_mean": "That is the sum; divide by the number of {1}.",
    "unbiased_variance": "You divided by the number of {1} minus 1; the normalisation divides by their number.",
    "deviation_for_variance": "That is the standard deviation; the question is about its square.",
    "no_root": "Divide by the square root of σ² + ε, not by σ² + ε.",
    "not_centred": "The mean has not been subtracted.",
    "no_epsilon": "ε is missing under the square root.",
    "no_gamma": "γ is missing.",
    "no_beta": "β is missing.",
    "no_half": "The ½ of ½(ŷ − y)² is missing.",
    "no_square": "The square is missing.",
    "one_term_only": "The second term, (1 − y) ln(1 − ŷ), is missing.",
    "other_term_only": "The first term, y ln ŷ, is missing.",
    "decimal_logarithm": "You used the logarithm to base 10; use the natural logarithm, ln.",
    "net_input_for_output": "You used the net input z instead of the output a.",
    "complement_only": "The factor a is missing: the slope of sigmoid is a(1 − a).",
    "uphill": "The sign is wrong: the parameter moves against its gradient, so the step is subtracted.",
    "no_eta": "The learning rate η is missing.",
    "only_change": "That is only the step; the new value is the old value plus the step.",
    "only_gradient": "That is the gradient; the question is about the new value.",
    "not_updated": "That is the old value.",
    "plain_step": "That is the step of plain gradient descent; this update rule also uses its state.",
    "transposed": "Rows and columns are swapped: {0} has the shape {1}.",
    "wrong_shape": "{0} has the shape {1}, your answer has {2}.",
    "rounded_early": "Close, but not to the decimals shown: a number seems to have been rounded too early.",
}
"""The sentence for each code."""


NAMES = {
    "new_weights": "used the new weights",
    "no_average": "forgot 1/n",
    "double_average": "used 1/n twice",
    "no_two": "forgot the 2 of the squared error",
    "extra_two": "one 2 too many",
    "half_squared_error": "used ½(ŷ − y)²",
    "mean_squared_error": "used the mean squared error",
    "no_output_mean": "forgot the mean over the outputs",
    "not_cancelled": "used the slope of the activation twice",
    "no_slope": "forgot the slope of the activation",
    "diagonal_only": "used only the diagonal of the Jacobian",
    "output_for_slope": "used the output instead of the slope",
    "no_input": "forgot the x",
    "undropped_input": "used the signal before dropout",
    "no_weights": "forgot the weights",
    "no_factor": "forgot a factor of the chain rule",
    "untransposed": "transposed",
    "untransposed_weights": "transposed",
    "transposed": "transposed",
    "no_mask": "forgot the mask",
    "unscaled_mask": "used the mask without its scale",
    "fixed_statistics": "treated mean and variance as constants",
    "no_penalty": "forgot the penalty",
    "no_two_penalty": "forgot the 2 of the penalty",
    "half_penalty": "used half the penalty",
    "weights_for_sign": "used w instead of its sign",
    "wrong_sign": "wrong sign",
    "uphill": "wrong sign",
    "bias_subtracted": "wrong sign of the bias",
    "no_bias": "forgot the bias",
    "no_activation": "forgot the activation",
    "slope_for_output": "used the slope instead of the activation",
    "sign_in_exponent": "wrong sign of the exponent",
    "not_normalised": "forgot the sum of the softmax",
    "normalised_over_examples": "used the sum over the examples",
    "no_alpha": "forgot α",
    "no_half": "forgot the ½",
    "no_square": "forgot the square",
    "sum_for_mean": "forgot 1/n",
    "unbiased_variance": "divided by n − 1",
    "deviation_for_variance": "used the standard deviation",
    "no_root": "forgot the square root",
    "not_centred": "forgot the mean",
    "no_epsilon": "forgot ε",
    "no_gamma": "forgot γ",
    "no_beta": "forgot β",
    "one_term_only": "forgot the second term",
    "other_term_only": "forgot the first term",
    "decimal_logarithm": "used the logarithm to base 10",
    "net_input_for_output": "used z instead of a",
    "complement_only": "forgot the factor a",
    "no_eta": "forgot η",
    "only_change": "gave only the step",
    "only_gradient": "gave the gradient",
    "not_updated": "gave the old value",
    "plain_step": "forgot the state of the rule",
    "rounded_early": "rounded too early",
    "wrong_shape": "wrong shape",
    "wrong": "miscalculated",
}
"""Short names of the mistakes, for the score."""


def name_of(code: str) -> str:
    """Return the short name of a mistake.

    Raises:
        KeyError: If there is no such mistake.
    """
    return NAMES[code]


def sentence(code: str, *words: str) -> str:
    """Return the sentence about a mistake."""
    return SENTENCES[code].format(*words)
